/** A failure: of the answer, of the way to it, or of the service. `message` is meant for the visitor. */
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

/** An event of a relayed answer. Others come if the service chose them, in the form that FastGPT gave them. */
export type ChatEvent =
  | { event: "answer" | "fastAnswer"; data: { choices: [{ delta: Delta; index: 0; finish_reason: string | null }] } }
  | { event: "interactive"; data: { interactive: Interactive } }
  | { event: "citations"; data: { id: string; sourceName: string }[] }
  | { event: "flowNodeStatus"; data: { name: string; status: string } }
  | { event: "chatTitle"; data: { title: string } }
  | { event: string; data: any };

/** Gives the events of a relayed answer; throws a ChatError for a failure, and for an end without `[DONE]`. */
export function readEvents(response: Response): AsyncGenerator<ChatEvent, void, void>;

/** The text of an event, "" if it has none. */
export function textOf(event: ChatEvent): string;

export interface Options {
  /** Aborting ends the run at the server. */
  signal?: AbortSignal;
}

/** One chat. It never asks a question twice by itself. */
export class Chat {
  constructor(url?: string | URL, chat?: string | null);
  url: string | URL;
  /** The signed id, null before the first answer. */
  chat: string | null;
  ask(message: string, options?: Options): AsyncGenerator<ChatEvent, void, void>;
  reply(
    reply: string | string[] | Record<string, unknown>,
    options?: Options,
  ): AsyncGenerator<ChatEvent, void, void>;
}
