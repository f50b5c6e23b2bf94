/** What `python -m cdmpp_tvm.study` answers, see there. */
import { z } from 'zod';
import type { AskedTrial, StudyProgress, StudySummary } from './study';

const value = z.union([z.number(), z.string(), z.boolean()]);
const point = z.record(z.string(), value);
const best = z
  .object({ trial: z.int(), value: z.number(), parameters: point })
  .nullable()
  .transform((found) =>
    found === null
      ? undefined
      : { number: found.trial, value: found.value, point: found.parameters },
  );

export const refusal = z.object({ error: z.string() });

export const progressReply: z.ZodType<StudyProgress> = z
  .object({ finished: z.int(), best })
  .transform((reply) => ({ finished: reply.finished, best: reply.best }));

export const askReply: z.ZodType<AskedTrial> = z
  .object({ trial: z.int(), parameters: point })
  .transform((reply) => ({ number: reply.trial, point: reply.parameters }));

export const reportReply: z.ZodType<boolean> = z
  .object({ prune: z.boolean() })
  .transform((reply) => reply.prune);

export const summaryReply: z.ZodType<StudySummary> = z.object({
  trials: z.array(
    z
      .object({
        trial: z.int(),
        state: z.enum(['complete', 'pruned']),
        value: z.number().nullable(),
        looks: z.int(),
        seconds: z.number(),
        parameters: point,
      })
      .transform(({ trial, state, value: last, looks, seconds, parameters }) => ({
        number: trial,
        state,
        value: last ?? undefined,
        looks,
        seconds,
        point: parameters,
      })),
  ),
  best,
  importances: z.record(z.string(), z.number()),
});
