// Firefox over WebDriver BiDi, for Python: each line that comes in is a command, each that goes out
// an answer.
// Run: node firefox.js PATH_OF_FIREFOX

import process from "node:process";
import { createInterface } from "node:readline";
import puppeteer from "puppeteer-core";

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: process.argv[2],
  headless: true,
});
const page = await browser.newPage();
const errors = [];
page.on("pageerror", (error) => errors.push(String(error)));
page.on("console", (message) => {
  if (message.type() === "error") errors.push(message.text());
});

page.on("dialog", (dialog) => dialog.accept()); // whether to leave a notebook that is not saved

const COMMANDS = {
  open: (address, width, height) =>
    page
      .setViewport({ width, height })
      .then(() => page.goto(address))
      .then(() => null),
  evaluate: (script) => page.evaluate(script),
  wait: (script, timeout) => page.waitForFunction(script, { timeout }).then(() => null),
  press: (key) => page.keyboard.press(key).then(() => null),
  async drag(from, to) {
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move(...to, { steps: 5 });
    await page.mouse.up();
    return null;
  },
  screenshot: (path) => page.screenshot({ path }).then(() => null),
  errors: async () => errors.splice(0),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...rest] = JSON.parse(line);
  const answer = await COMMANDS[name](...rest).then(
    (result) => ({ result }),
    (error) => ({ error: String(error) }),
  );
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
