/** An error of the answer, the connection or the service. `message` is meant for the visitor. */
export class ChatError extends Error {
  constructor(message: string, data?: ErrorData);
  /** The class of the error in Python, such as "RateLimitError". */
  type: string;
  /** FastGPT's code, or the HTTP status of a refusal. */
  code: number | null;
  statusText: string;
  /** Seconds to wait. */
  retryAfter: number | null;
  requestId: string | null;
}

export interface ErrorData {
  type?: string;
  code?: number | null;
  statusText?: string;
  retryAfter?: number;
  requestId?: string;
}

export interface Delta {
  role?: "assistant";
  content?: string;
  reasoning_content?: string;
}

export interface Interactive {
  type: string;
  params?: {
    description?: string;
    userSelectOptions?: { key: string; value: string }[];
    inputForm?: FormField[];
    questions?: { question: string; options?: { summary?: string; value: string }[] }[];
    [name: string]: unknown;
  };
}

export interface FormField {
  key: string;
  label?: string;
  type?: string;
  required?: boolean;
  defaultValue?: unknown;
  list?: { label: string; value: string }[];
  [name: string]: unknown;
}

/** An event of a relayed answer. The service may forward further events, in FastGPT's form. */
export type ChatEvent =
  | { event: "answer" | "fastAnswer"; data: { choices: [{ delta: Delta; index: 0; finish_reason: string | null }] } }
  | { event: "interactive"; data: { interactive: Interactive } }
  | { event: "citations"; data: { id: string; sourceName: string }[] }
  | { event: "flowNodeStatus"; data: { name: string; status: string } }
  | { event: "chatTitle"; data: { title: string } }
  | { event: string; data: any };

/** Yields the events of a relayed answer. Throws a ChatError for an error, or if the stream ends without `[DONE]`. */
export function readEvents(response: Response): AsyncGenerator<ChatEvent, void, void>;

/** Returns the text of an event, "" if it has none. */
export function textOf(event: ChatEvent): string;

export interface Options {
  /** Aborting ends the run on the server. */
  signal?: AbortSignal;
}

/** One chat. It never repeats a question on its own. */
export class Chat {
  constructor(url?: string | URL, chat?: string | null);
  url: string | URL;
  /** The signed id of the chat, null before the first answer. */
  chat: string | null;
  ask(message: string, options?: Options): AsyncGenerator<ChatEvent, void, void>;
  reply(
    reply: string | string[] | Record<string, unknown>,
    options?: Options,
  ): AsyncGenerator<ChatEvent, void, void>;
}
