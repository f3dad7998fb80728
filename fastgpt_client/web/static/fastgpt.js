// @ts-check
/**
 * Talks with a page of `fastgpt_client.web.ChatPage`, or with any relay of `fastgpt_client.web.relay`. No build step, no
 * dependency: `import { Chat } from "./fastgpt.js"`. Types: `fastgpt.d.ts`.
 */

/** A failure: of the answer, of the way to it, or of the service. `message` is meant for the visitor. */
export class ChatError extends Error {
  /**
   * @param {string} message
   * @param {{type?: string, code?: number | null, statusText?: string, retryAfter?: number, requestId?: string}} [data]
   */
  constructor(message, data = {}) {
    super(message);
    this.name = "ChatError";
    this.type = data.type ?? "Error";
    this.code = data.code ?? null;
    this.statusText = data.statusText ?? "";
    this.retryAfter = data.retryAfter ?? null;
    this.requestId = data.requestId ?? null;
  }
}

const CUT = "The answer was cut off.";
const UNREACHED = "The service cannot be reached.";

/**
 * Waits for the network; its failures become a `ChatError`, an abort stays what it is.
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {string} message
 * @param {string} type
 * @returns {Promise<T>}
 */
async function overNetwork(promise, message, type) {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof TypeError) throw new ChatError(message, { type });
    throw error;
  }
}

/**
 * Gives the events of a relayed answer, to its `[DONE]`; throws a `ChatError` for an `error` event, and for an end without
 * either. Leaving the loop cancels the answer.
 *
 * @param {Response} response
 * @returns {AsyncGenerator<{event: string, data: any}, void, void>}
 */
export async function* readEvents(response) {
  if (response.body === null) throw new ChatError(CUT, { type: "StreamInterruptedError" });
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await overNetwork(reader.read(), CUT, "StreamInterruptedError");
      if (done) throw new ChatError(CUT, { type: "StreamInterruptedError" });
      rest += decoder.decode(value, { stream: true });
      const blocks = rest.split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const found = parseBlock(block);
        if (found === null) continue;
        if (found.data === "[DONE]") return;
        const data = JSON.parse(found.data);
        if (found.event === "error") throw new ChatError(data.message, data);
        yield { event: found.event, data };
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/**
 * @param {string} block
 * @returns {{event: string, data: string} | null} null for a comment
 */
function parseBlock(block) {
  let event = "";
  const data = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("event: ")) event = line.slice(7);
    else if (line.startsWith("data: ")) data.push(line.slice(6));
  }
  return data.length ? { event, data: data.join("\n") } : null;
}

/** One chat. It never asks a question twice by itself. */
export class Chat {
  /**
   * @param {string | URL} [url] where the service answers
   * @param {string | null} [chat] the signed id of a chat to go on with
   */
  constructor(url = "answer", chat = null) {
    this.url = url;
    this.chat = chat;
  }

  /**
   * Asks, and gives the events of the answer.
   * @param {string} message
   * @param {{signal?: AbortSignal}} [options] aborting ends the run at the server
   */
  ask(message, options = {}) {
    return this.#send({ message }, options);
  }

  /**
   * Answers what the run asks, as the event `interactive` says: with the value of an option, with an object of the form's
   * values, or with a list of answers.
   * @param {string | string[] | Record<string, unknown>} reply
   * @param {{signal?: AbortSignal}} [options]
   */
  reply(reply, options = {}) {
    return this.#send({ reply }, options);
  }

  /**
   * @param {Record<string, unknown>} body
   * @param {{signal?: AbortSignal}} options
   */
  async *#send(body, { signal }) {
    const asked = fetch(this.url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...body, chat: this.chat }),
      signal,
    });
    const response = await overNetwork(asked, UNREACHED, "APIConnectionError");
    if (!response.ok) {
      const refusal = await response.json().catch(() => ({}));
      throw new ChatError(refusal.message ?? "Something went wrong.", { code: response.status });
    }
    this.chat = response.headers.get("x-chat") ?? this.chat;
    yield* readEvents(response);
  }
}

/**
 * The text of an event, "" if it has none.
 * @param {{event: string, data: any}} event
 */
export function textOf({ event, data }) {
  return event === "answer" || event === "fastAnswer" ? (data.choices[0].delta.content ?? "") : "";
}
