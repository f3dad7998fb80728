// @ts-check
// The chat page. Everything from a model or a visitor is inserted as text, never as markup.
import { Chat, textOf } from "./fastgpt.js";

const chat = new Chat("answer");
const log = find("log");
const form = /** @type {HTMLFormElement} */ (find("ask"));
const message = /** @type {HTMLTextAreaElement} */ (find("message"));
const send = /** @type {HTMLButtonElement} */ (find("send"));
const stop = /** @type {HTMLButtonElement} */ (find("stop"));
/** @type {AbortController | null} */
let running = null;
// Whether the run waits for a reply to its question.
let paused = false;

/** @param {string} id @returns {HTMLElement} */
function find(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {string} [kind] @param {string} [text]
 */
function make(tag, kind = "", text = "") {
  const made = document.createElement(tag);
  made.className = kind;
  made.textContent = text;
  return made;
}

/** @param {string} question @param {AsyncGenerator<any>} events @param {AbortController} control */
async function show(question, events, control) {
  log.append(make("article", "question", question));
  const answer = make("article", "answer");
  const status = make("div", "status", "…");
  const reasoning = make("div", "reasoning");
  const text = make("div", "text");
  const sources = make("ul", "sources");
  answer.append(status, reasoning, text);
  log.append(answer);
  running = control;
  send.disabled = true;
  stop.hidden = false;
  try {
    for await (const { event, data } of events) {
      text.append(textOf({ event, data }));
      if (event === "answer") reasoning.append(data.choices[0].delta.reasoning_content ?? "");
      else if (event === "flowNodeStatus") status.textContent = data.name;
      else if (event === "citations") addSources(answer, sources, data);
      else if (event === "interactive") answer.append(pause(data.interactive));
      if (text.textContent) status.hidden = true;
      log.scrollTop = log.scrollHeight;
    }
    answer.classList.add("whole");
    status.hidden = true;
  } catch (error) {
    status.hidden = true;
    const stopped = control.signal.aborted;
    answer.append(make("div", stopped ? "status" : "error", stopped ? "Stopped." : String(Object(error).message)));
    answer.classList.add(stopped ? "stopped" : "failed");
  } finally {
    running = null;
    for (const open of answer.querySelectorAll("fieldset")) open.disabled = false;
    send.disabled = false;
    stop.hidden = true;
    log.scrollTop = log.scrollHeight;
  }
}

/** @param {HTMLElement} answer @param {HTMLElement} list @param {{sourceName: string}[]} found */
function addSources(answer, list, found) {
  const known = new Set(Array.from(list.children, (item) => item.textContent));
  for (const name of new Set(found.map((source) => source.sourceName))) {
    if (name && !known.has(name)) list.append(make("li", "", name));
  }
  if (list.children.length) answer.append(list);
}

/** @param {string | string[] | Record<string, unknown>} value @param {string} said */
function reply(value, said) {
  if (running !== null) return;
  paused = false;
  for (const open of log.querySelectorAll("form.pause fieldset")) open.setAttribute("disabled", "");
  const control = new AbortController();
  void show(said, chat.reply(value, { signal: control.signal }), control);
}

/** @param {{type: string, params?: any}} node */
function pause(node) {
  paused = true;
  const params = node.params ?? {};
  const box = make("form", "pause");
  const fields = make("fieldset");
  fields.disabled = true; // until the run is over: only then does the server take a reply
  box.append(fields);
  fields.append(make("legend", "", params.description ?? params.content ?? ""));
  if (params.userSelectOptions) {
    for (const option of params.userSelectOptions) {
      const button = make("button", "option", option.value);
      button.type = "button";
      button.addEventListener("click", () => reply(option.value, option.value));
      fields.append(button);
    }
    return box;
  }
  /** @type {[any, HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement][]} */
  const inputs = [];
  const asked = params.inputForm ?? (params.questions ?? []).map((/** @type {any} */ item) => ({ label: item.question, required: true }));
  for (const field of asked) {
    const label = make("label", "", field.label ?? field.key ?? "");
    const input = inputOf(field);
    inputs.push([field, input]);
    label.append(input);
    fields.append(label);
  }
  if (!inputs.length) return box;
  fields.append(make("button", "", "Send"));
  box.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = inputs.map(([field, input]) => `${field.label ?? field.key}: ${shown(input)}`).join("\n");
    if (params.questions) reply(inputs.map(([, input]) => input.value), said);
    else reply(Object.fromEntries(inputs.filter(given).map(([field, input]) => [field.key, valueOf(field, input)])), said);
  });
  return box;
}

/** @param {any} field */
function inputOf(field) {
  if (field.list?.length) {
    const select = make("select");
    select.multiple = field.type === "multipleSelect";
    for (const { label, value } of field.list) select.append(new Option(label ?? value, value));
    if (!field.required && !select.multiple) select.prepend(new Option("", ""));
    if (field.defaultValue) select.value = String(field.defaultValue);
    select.required = Boolean(field.required);
    return select;
  }
  const input = make("input");
  input.type = { numberInput: "number", switch: "checkbox", password: "password" }[String(field.type)] ?? "text";
  if (input.type === "number") input.step = "any";
  if (input.type === "checkbox") input.checked = Boolean(field.defaultValue);
  else {
    input.required = Boolean(field.required);
    input.value = String(field.defaultValue ?? "");
  }
  return input;
}

/** @param {[any, HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement]} pair */
function given([, input]) {
  return input.value !== "";
}

/** @param {any} field @param {any} input */
function valueOf(field, input) {
  if (input.type === "checkbox") return input.checked;
  if (input.type === "number") return Number(input.value);
  return input.multiple ? Array.from(input.selectedOptions, (/** @type {any} */ option) => option.value) : input.value;
}

/** @param {any} input */
function shown(input) {
  if (input.type === "checkbox") return input.checked ? "yes" : "no";
  return input.type === "password" ? "…" : input.value;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const said = message.value.trim();
  if (!said || running !== null) return;
  message.value = "";
  if (paused) return reply(said, said);
  const control = new AbortController();
  void show(said, chat.ask(said, { signal: control.signal }), control);
});
message.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});
stop.addEventListener("click", () => running?.abort());
