import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const WEB = new URL("../../web/", import.meta.url).pathname;
const TABLE = /\btranslate\("zh-Hans", (\{[\s\S]*?\n?\})\);/g;
const MESSAGE = /^msgid "(.+)"\nmsgstr "(.+)"$/gm;

/** Every translation that the product holds: English, Chinese, and where it stands. */
function* translations() {
  for (const path of readdirSync(join(WEB, "static/js"), { recursive: true }).filter((name) => String(name).endsWith(".js"))) {
    for (const [, table] of readFileSync(join(WEB, "static/js", String(path)), "utf8").matchAll(TABLE)) {
      for (const [english, chinese] of Object.entries(new Function(`return ${table}`)())) yield { english, chinese, path: String(path) };
    }
  }
  const catalog = readFileSync(join(WEB, "locale/zh_Hans/LC_MESSAGES/cuedesk.po"), "utf8");
  for (const [, english = "", chinese = ""] of catalog.matchAll(MESSAGE)) yield { english, chinese, path: "cuedesk.po" };
}

test("an English text has one Chinese translation, whichever panel shows it first", () => {
  /** @type {Map<string, {chinese: string, path: string}>} */
  const known = new Map();
  const faults = [];
  for (const { english, chinese, path } of translations()) {
    const before = known.get(english);
    if (before && before.chinese !== chinese) faults.push(`“${english}”: ${before.chinese} (${before.path}), ${chinese} (${path})`);
    known.set(english, { chinese, path });
  }
  assert.ok(known.size > 300, "the tables were found");
  assert.deepEqual(faults, []);
});

test("a translation fills the same places as its English", () => {
  const places = (/** @type {string} */ text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort().join(" ");
  const faults = [...translations()].filter(({ english, chinese }) => places(english) !== places(chinese));
  assert.deepEqual(faults, []);
});
