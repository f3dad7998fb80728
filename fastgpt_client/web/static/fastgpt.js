// @ts-check
/**
 * A client for `fastgpt_client.web.ChatPage`, and for anything that uses `fastgpt_client.web.relay`. It needs no build
 * step and has no dependencies: `import { Chat } from "./fastgpt.js"`. Types: `fastgpt.d.ts`.
 */

/** An error of the answer, the connection or the service. `message` is meant for the visitor. */
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
 * Turns network errors into a `ChatError`; an abort is passed on unchanged.
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
 * Yields the events of a relayed answer until `[DONE]`. Throws a `ChatError` for an `error` event, or if the stream
 * ends without either. Leaving the loop cancels the answer.
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

/** One chat. It never repeats a question on its own. */
export class Chat {
  /**
   * @param {string | URL} [url] the URL that answers questions
   * @param {string | null} [chat] the signed id of a chat to continue
   */
  constructor(url = "answer", chat = null) {
    this.url = url;
    this.chat = chat;
  }

  /**
   * Asks a question, and yields the events of the answer.
   * @param {string} message
   * @param {{signal?: AbortSignal}} [options] aborting ends the run on the server
   */
  ask(message, options = {}) {
    return this.#send({ message }, options);
  }

  /**
   * Replies to a pause (the event `interactive`): with the value of an option, an object of the form's values, or a
   * list of answers.
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
 * Returns the text of an event, "" if it has none.
 * @param {{event: string, data: any}} event
 */
export function textOf({ event, data }) {
  return event === "answer" || event === "fastAnswer" ? (data.choices[0].delta.content ?? "") : "";
}
