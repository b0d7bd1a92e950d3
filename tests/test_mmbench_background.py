"""A run that goes on while nobody looks."""

import threading
import time

from support.mmbench_run import questions, text
from support.vision_service import Service, says

from playground.evaluation.mmbench import background
from playground.evaluation.mmbench.endpoint import Endpoint
from playground.evaluation.mmbench.engine import Plan
from playground.evaluation.mmbench.store import Store, read


def test_a_run_goes_on_in_its_own_thread_is_found_again_stopped_and_continued(tmp_path):
    path = tmp_path / "calls.jsonl"
    with Service(lambda body, tries: says("A", pause_s=0.005)) as service:
        plan = Plan(questions(300), Endpoint(service.url, "m"), text, 4)
        run = background.start(plan, path)
        assert background.start(plan, path) is run is background.under_way(path)  # a page drawn again
        while run.progress is None or run.progress.done < 20:
            time.sleep(0.005)
        run.stop()
        run.join(10)
        assert not run.is_running and run.progress.state == "stopped" and run.error is None
        assert 20 <= run.progress.done == len(read(path).answers) < 300
        again = background.start(plan, path)
        again.join(20)
        assert again is not run and again.progress.state == "done"
        assert service.asked.total() == 300
    assert "mmbench calls.jsonl" not in {thread.name for thread in threading.enumerate()}


def test_a_file_that_another_process_writes_is_said(tmp_path):
    path = tmp_path / "calls.jsonl"
    with Store(path):
        run = background.start(Plan(questions(1), Endpoint("http://127.0.0.1:9/v1", "m"), text), path)
        run.join(10)
    assert "Another run" in str(run.error) and run.progress is None
