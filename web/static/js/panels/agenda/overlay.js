/**
 * The talk's name for a vision mixer, on request.
 *
 * Owns    the overlay view of the agenda: title and speakers of what is on, when the page is asked with `?talk`.
 * Never   shows times or anything of the crew.
 * Used by the agenda panel on the overlay page.
 */
import { h, setText, tame } from "../../dom.js";

/** @import {Scene} from "./model.js" */

export function view() {
  const wanted = new URLSearchParams(location.search).has("talk");
  const title = h("p", { class: "agenda-overlay__title" });
  const people = h("p", { class: "agenda-overlay__people" });
  const root = h("div", { class: "agenda-overlay", attributes: { hidden: true } }, title, people);
  /** @param {Scene[]} scenes */
  const draw = ([scene]) => {
    root.hidden = !wanted || !scene?.current;
    setText(title, tame(scene?.current?.title ?? ""));
    setText(people, (scene?.current?.speakers ?? []).map(({ name }) => tame(name)).join(" · "));
  };
  return { root, draw };
}
