/** Events of a run, as AG-UI has them. */

import type { ErrorCode } from './errors.js';

/** What every event has. */
interface AnyEvent<T extends string> {
  /** Which event it is. */
  type: T;
  /** Milliseconds since 1970. */
  timestamp?: number;
}

/** What belongs to one task, or to one of the run's own calls, such as its summary. */
interface TaskEvent<T extends string> extends AnyEvent<T> {
  /** The task's subagent. */
  subagentRunId: string;
  /** The id of the task; of a call of the run's own, its name. */
  taskId: string;
}

/** A change of a document, as RFC 6902 has it. */
export interface PatchOperation {
  /** What is done. */
  op: 'add' | 'replace';
  /** Where. */
  path: string;
  /** What stands there now. */
  value: unknown;
}

/**
 * An AG-UI 1.0 event; `type` tells which. The shapes are those of `@ag-ui/core`; `taskId` comes on
 * top.
 * @example
 * for await (const event of run) {
 *   if (event.type === 'TEXT_MESSAGE_CONTENT') console.log(event.taskId, event.delta);
 * }
 */
export type RunEvent =
  | (AnyEvent<'RUN_STARTED'> & { threadId: string; runId: string })
  | (AnyEvent<'RUN_FINISHED'> & {
      threadId: string;
      runId: string;
      outcome: { type: 'success' | 'cancelled' };
      // biome-ignore lint/suspicious/noExplicitAny: what the run's promise gives.
      result?: any;
    })
  | (AnyEvent<'RUN_ERROR'> & {
      message: string;
      code: ErrorCode;
      usage?: {
        provider: string;
        model: string;
        inputTokens: number;
        outputTokens: number;
        totalTokens: number;
        reasoningTokens: number;
        cachedInputTokens: number;
        cacheWriteInputTokens: number;
      }[];
    })
  | (AnyEvent<'STEP_STARTED' | 'STEP_FINISHED'> & { stepName: string })
  | (TaskEvent<'SUBAGENT_STARTED'> & {
      name: string;
      description: string;
      metadata: { dependencies: string[] };
    })
  | (TaskEvent<'SUBAGENT_FINISHED'> & { outcome: { type: 'success' } })
  | (TaskEvent<'SUBAGENT_ERROR'> & { message: string; code: ErrorCode })
  | (TaskEvent<'TEXT_MESSAGE_START'> & { messageId: string; role: 'assistant' })
  | (TaskEvent<'TEXT_MESSAGE_CONTENT'> & { messageId: string; delta: string })
  | (TaskEvent<'TEXT_MESSAGE_END'> & { messageId: string })
  | (TaskEvent<'REASONING_START'> & { messageId: string })
  | (TaskEvent<'REASONING_MESSAGE_START'> & { messageId: string; role: 'reasoning' })
  | (TaskEvent<'REASONING_MESSAGE_CONTENT'> & { messageId: string; delta: string })
  | (TaskEvent<'REASONING_MESSAGE_END'> & { messageId: string })
  | (TaskEvent<'REASONING_END'> & { messageId: string })
  | (TaskEvent<'TOOL_CALL_START'> & { toolCallId: string; toolCallName: string })
  | (TaskEvent<'TOOL_CALL_ARGS'> & { toolCallId: string; delta: string })
  | (TaskEvent<'TOOL_CALL_END'> & { toolCallId: string })
  | (TaskEvent<'TOOL_CALL_RESULT'> & { messageId: string; toolCallId: string; content: string; role: 'tool' })
  // biome-ignore lint/suspicious/noExplicitAny: documents that grow with the versions.
  | (AnyEvent<'STATE_SNAPSHOT'> & { snapshot: any })
  | (AnyEvent<'STATE_DELTA'> & { delta: PatchOperation[] })
  | (AnyEvent<'ACTIVITY_SNAPSHOT'> & {
      messageId: string;
      activityType: string;
      // biome-ignore lint/suspicious/noExplicitAny: documents that grow with the versions.
      content: any;
      replace?: boolean;
    })
  | (AnyEvent<'ACTIVITY_DELTA'> & { messageId: string; activityType: string; patch: PatchOperation[] })
  // biome-ignore lint/suspicious/noExplicitAny: each name has a value of its own.
  | (AnyEvent<'CUSTOM'> & { name: string; value: any });
