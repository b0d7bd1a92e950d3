"""The stage: one Streamlit component that opens its own socket and draws what comes (docs: DESIGN.md, "Stage").

The JavaScript of `web/` is served at `live/`. Streamlit sends a component's inline script
with every change of its data, so the script here only fetches the rest.
"""

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from playground.core.config import parse, specs
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.registry import family as find
from playground.data.plane import user_data
from playground.data.plane.point_codec import evenly_spaced
from playground.data.settings import USER_MADE

from .link import Opening

RUN_ID = re.compile(r"[a-z0-9]{4,40}")
BOOTSTRAP = """
export default (component) => {
  const mounted = import(new URL("live/stage/mount.js", document.baseURI)).then(({ mount }) => mount(component))
  mounted.catch((error) => {
    console.error(error)
    component.parentElement.textContent ||= component.data.strings.failed
  })
  return () => mounted.then((unmount) => unmount(), () => {})
}
"""

STRINGS = {
    "failed": N_("The stage could not be loaded. Reload the page to try again."),
    "picture": N_("The stage"),
    "diagram": N_("Diagram of the model"),
    "curves": N_("Curves"),
    "layers": N_("Layers of the picture"),
    "own": N_("Draw or upload own data"),
    "distribution": N_("Distribution"),
    "transport": N_("Training"),
    "play": N_("Play"),
    "play_recorded": N_("Play the recorded training"),
    "recorded": N_("Recorded training"),
    "recorded_help": N_("The training that ships with the playground, with these settings."),
    "own_run": N_("My run"),
    "own_run_help": N_("Your own run with these settings; your latest one, or a new one."),
    "on_the_stage": N_("On the stage"),
    "train": N_("Train it yourself"),
    "train_help": N_("Starts a run of your own, from step 0, with these settings."),
    "gone": N_(
        "The run of this link is not on this server any more. The stage shows the settings of the link instead; press "
        "play to train with them."
    ),
    "pause": N_("Pause"),
    "step": N_("One step"),
    "half_steps": N_("Half steps"),
    "half_step": N_("Half a step: {part}"),
    "reset": N_("Back to the start"),
    "new_seed": N_("Draw another seed"),
    "new_seed_now": N_("Draw another seed (now {seed})"),
    "all_data": N_("All distributions"),
    "present": N_("Presentation (T)"),
    "present_end": N_("End the presentation (T)"),
    "more": N_("More curves"),
    "at_step": N_("step {step}"),
    "of_head": N_("of {head}"),
    "to_stage": N_("Back to the stage"),
    "speed": N_("Speed"),
    "slow_motion": N_("slow motion"),
    "fastest": N_("as fast as possible"),
    "rate": N_("{rate} steps/s"),
    "steps": N_("steps"),
    "timeline": N_("Timeline of the training"),
    "moment": N_("step {step} of {head}"),
    "to_live": N_("Back to now"),
    "background": N_("Keep training in the background"),
    "background_help": N_("Training goes on when no one watches this run."),
    "back_whole": N_("Back to the whole picture"),
    "perfect": N_("perfect model"),
    "connecting": N_("Connecting\u2026"),
    "waiting": N_("Waiting for a free worker\u2026"),
    "lost": N_("The connection was lost and is being restored; your run is kept."),
    "try_now": N_("Try now"),
    "stopped_help": N_("Go back on the timeline, change a setting, or start again."),
    "recording_help": N_("The recorded training. Press play to see it again."),
    "watching": N_("watching"),
    "watching_help": N_("This run belongs to someone else: you can watch it and go back in time, but not control it."),
    "hint": N_("Click a part of the model to bring it to the stage; press ? for the keys."),
    "hint_touch": N_("Tap a part of the model to bring it to the stage."),
    "past": N_("The stage shows an earlier step of this run."),
    "go_to": N_("Go to step"),
    "past_actions": N_("From this step"),
    "play_on": N_("Play on from here"),
    "play_on_help": N_("Replays the stored steps from here, then goes on training."),
    "fork_here": N_("Fork here"),
    "fork_here_help": N_("A new run from exactly this step; the old one is kept. Then change a live setting."),
    "pin_run": N_("Pin this run"),
    "pin": N_("Pin"),
    "pin_help": N_("Show this run beside another one."),
    "unpin": N_("Unpin"),
    "pinned": N_("pinned"),
    "pinned_stage": N_("The pinned run"),
    "play_both": N_("Play both"),
    "pause_both": N_("Pause both"),
    "both_help": N_("Train both runs; the one that is ahead waits for the other."),
    "same_settings": N_("the same settings"),
    "same_seed": N_("same seed"),
    "other_seed": N_("seed: {here} / {there}"),
    "forks": N_("Your runs"),
    "forks_hint": N_("Go back on the timeline and press “Fork here”: the fork appears here."),
    "plain_run": N_("the settings this page starts with"),
    "plain_fork": N_("nothing changed yet"),
    "shown_now": N_("on the stage"),
    "ended": N_("ended"),
    "from_to": N_("steps {from} to {to}"),
    "delete_run": N_("Delete this run"),
    "really_delete": N_("Delete for good"),
    "keep_run": N_("Keep it"),
    "trajectory_forth": N_("{title}: play forwards"),
    "trajectory_back": N_("{title}: play backwards"),
    "trajectory_pause": N_("{title}: pause"),
    "trajectory_between": N_("{before} \u2192 {after}, {share} %"),
    "key_moments": ", .",
    "does_moments": N_("one keyframe back or forward on the trajectory"),
    "key_along": "P B",
    "does_along": N_("play the trajectory forwards, backwards"),
    "key_go": "G",
    "does_go": N_("go to a step by its number"),
    "key_fork": "F",
    "does_fork": N_("fork from the step shown"),
    "try_remedy": N_("Try the remedy"),
    "found_by": N_("How this was detected"),
    "latent_walk": N_("Latent walk"),
    "walk_pad": N_("The noise, with two points to move"),
    "walk_help": N_(
        "Drag A, B or the line between them in noise space; the stage shows the generator's outputs. Arrow keys work "
        "too, with Shift in larger steps."
    ),
    "walk_help_1d": N_(
        "The noise has one dimension: drag A, B or the segment between them; the stage shows the generator's outputs. "
        "Arrow keys work too, with Shift in larger steps."
    ),
    "walk_help_more": N_(
        "The noise has {dim} dimensions; the pad shows the first two, the others stay 0. Drag A, B or the line "
        "between them; the stage shows the generator's outputs. Arrow keys work too."
    ),
    "walk_help_plane": N_(
        "The noise has {dim} dimensions; the pad shows a plane through the origin. On the circle, noise has the "
        "typical length of random noise. Drag A, B or the line between them; the strip on the stage shows the "
        "pictures from A to B. Arrow keys work too."
    ),
    "walk_result_pictures": N_("At step {step} the strip shows the interpolation from A ({from_a}) to B ({from_b})."),
    "walk_point_pictures": N_("Point {name} of the noise at ({from})"),
    "walk_result": N_("At step {step} the generator maps A ({from_a}) to ({to_a}) and B ({from_b}) to ({to_b})."),
    "walk_point": N_("Point {name} of the noise at ({from}), mapped to ({to})"),
    "tour": N_("Three steps to begin with"),
    "tour_play": N_(
        "Press “Train it yourself” and watch the model learn, step by step. Pause at any time; the arrow keys go one "
        "step forward or back."
    ),
    "tour_time": N_(
        "Drag this line to go back to any step of the training. From there you can fork: change one setting and "
        "compare."
    ),
    "tour_below": N_(
        "Choose other data here, settings on the left, and see what to try below the stage. The small picture in the "
        "corner stays with you."
    ),
    "tour_next": N_("Next"),
    "tour_done": N_("Begin"),
    "tour_skip": N_("Skip"),
    "close": N_("Close"),
    "keys": N_("Keyboard"),
    "key_space": N_("Space"),
    "does_space": N_("play or pause"),
    "key_right": "\u2192",
    "does_right": N_("one step in slow motion"),
    "key_left": "\u2190",
    "does_left": N_("one step back"),
    "key_present": "T",
    "does_present": N_("presentation for a projector, and back"),
    "key_brackets": "[ ]",
    "does_brackets": N_("slower, faster"),
    "key_home_end": N_("Home End"),
    "does_home_end": N_("the start of the training, and back to now"),
    "key_digits": N_("1 \u2026 9"),
    "does_digits": N_("switch a layer on or off"),
    "key_escape": N_("Esc"),
    "does_escape": N_("skip the explanation; back to the whole picture"),
    "key_question": "?",
    "does_question": N_("show these keys"),
    "cost": N_("Performance"),
    "cost_rate": N_("Steps per second"),
    "cost_step": N_("Time per step"),
    "cost_share": N_("Share of the machine"),
    "cost_of": N_("{share} % (training now: {active}, workers: {workers})"),
    "cost_turn": N_("Worker"),
    "cost_alone": N_("alone on its worker"),
    "cost_shared": N_("one of {queue} on its worker, {slice} ms each"),
    "cost_rest": N_("paused, no compute time"),
    "cost_memory": N_("Memory (and disk)"),
    "export": N_("Export"),
    "export_picture": N_("Picture"),
    "export_picture_help": N_("The stage at the step shown, as PNG."),
    "export_film": N_("Film"),
    "export_film_help": N_("The whole training as a GIF."),
    "export_page": N_("Page"),
    "export_page_help": N_("Frames and curves as an HTML page that works offline."),
    "export_frames": N_("Frames"),
    "export_frames_help": N_("The arrays of all stored frames, as NumPy .npz."),
    "export_metrics": N_("Metrics"),
    "export_metrics_help": N_("The scalars of every step and the scores, as CSV."),
    "export_weights": N_("Weights"),
    "export_weights_help": N_("The model at the step shown, as safetensors."),
    "export_run": N_("The whole run"),
    "export_run_help": N_("Its folder as a zip file; the command line can continue it."),
    "copy_link": N_("Copy link to this run"),
    "copy_link_help": N_("Whoever opens it watches this run."),
    "link_copied": N_("The link to this run is copied."),
    "load_weights": N_("Load weights"),
    "load_weights_help": N_("Starts a run from a .safetensors file of this playground."),
    "weights_loaded": N_("Your weights are from step {step}; press play to continue."),
    "not_sent": N_("The file could not be uploaded; your run is unchanged."),
    "record": N_("Record the stage"),
    "record_help": N_("A video of the stage, recorded by your browser."),
    "record_stop": N_("Stop and save"),
}
"""The stage's own words: key -> message id, translated here and sent with the data."""


def stage(
    family: str,
    config: Mapping[str, Any],
    *,
    key: str,
    lang: str,
    translate: Callable[[str], str],
    choices: Sequence[tuple[str, str]] | None = None,
    run: str | None = None,
    pin: str | None = None,
    opening: Opening | None = None,
    said: Mapping[str, Any] | None = None,
    on_pick: Callable[[str], None] | None = None,
    on_settings: Callable[[Mapping[str, Any]], None] | None = None,
) -> None:
    """Show the live stage of `family` with the settings `config` (plain values, JSON).

    `choices` are the distributions to pick from: (value, translated title); None: those of the family's setting
    `data`, if it has one. `run` watches the run with that id, otherwise the server finds the visitor's own; `pin`
    is the id of a run to be seen beside it. `opening`: the moment that the link opens at. `said`: what a button did,
    {id: a number that rises, text}; None: nothing new. `on_pick` is called, as a Streamlit callback before the script
    runs again, with the value the visitor picked; `on_settings` likewise with settings that something on the stage
    proposes (a remedy, a fork to be opened): checked names and values, those not named stay as they are.
    """
    opening = opening or Opening()
    if choices is None:
        choices = data_choices(family, translate)
    known = {str(value) for value, _ in choices}

    def picked() -> None:
        value = st.session_state[key].get("pick")
        if on_pick is not None and value in known:
            on_pick(value)

    def proposed() -> None:
        values = st.session_state[key].get("settings")
        if on_settings is not None and isinstance(values, Mapping):
            kind = find(family).Config
            with contextlib.suppress(UserError):  # not from our own script
                checked = parse(kind, {**config, **values}).model_dump()
                on_settings({name: checked[name] for name in values})

    mounted = component("playground_stage", js=BOOTSTRAP, isolate_styles=False)
    mounted(
        key=key,
        on_pick_change=picked,
        on_settings_change=proposed,
        data={
            "family": family,
            "config": dict(config),
            "lang": lang,
            "run": run,
            "autoplay": opening.play,
            "link": {"step": opening.step, "speed": opening.speed, "layers": opening.layers},
            "pin": pin if pin and RUN_ID.fullmatch(pin) else None,
            "choices": [[str(value), title] for value, title in choices if value != USER_MADE],
            "own": own_points(config) if USER_MADE in known else None,
            "said": dict(said) if said else None,
            "strings": {name: translate(text) for name, text in STRINGS.items()},
        },
    )


def data_choices(family: str, translate: Callable[[str], str]) -> list[tuple[str, str]]:
    """The choices of the family's setting `data`: (value, translated title)."""
    found = [spec for spec in specs(find(family).Config) if spec.name == "data"]
    return [(value, translate(spec.options.get(value, value))) for spec in found for value in spec.offered()]


def own_points(config: Mapping[str, Any]) -> list[int]:
    """A few of the visitor's own points, as whole numbers from -100 to 100 across the frame; else none."""
    if config.get("data") != USER_MADE:
        return []
    points = user_data.get(config["own"]).points
    return (points[evenly_spaced(len(points), 160)].ravel() * (100 / 3)).round().astype(int).tolist()
