// What Streamlit mounts for a lesson, above the page's own parts.

import { mountComponent } from "../core/mounting.js";
import { RoomPart } from "../room/member.js";
import { Strip } from "./strip.js";

/** The default export of the component calls this again and again, with new data; resolves to what unmounts. */
export const mount = (component) =>
  mountComponent(component, {
    create: (parent, data) => {
      const strip = new Strip(parent, data);
      if (data.room) strip.room = new RoomPart(strip, data.room);
      return strip;
    },
    accepts: (strip, { lang, name, room }) =>
      strip.words.lang === lang && strip.name === name && (strip.room?.code ?? null) === (room?.code ?? null),
    update: (strip, newest) => strip.update(newest),
    remove: (strip) => strip.destroy(),
  });
