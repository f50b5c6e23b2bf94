import type { z } from 'zod';
import { Code, internalError, PredictorError } from '../errors';
import { EndedProcess, LineProcess } from './line-process';
import type { AskedTrial, Study, StudyProgress, StudyRequest, StudySummary } from './study';
import { askReply, progressReply, refusal, reportReply, summaryReply } from './study-replies';

/** Where a study is kept, and who keeps it. */
export interface StudyPlace {
  /** The interpreter that has the shim and optuna: a path, or a name to look for. */
  readonly python: string;
  /** SQLite; made where it is not there. */
  readonly file: string;
}

/**
 * A study in a child process, `python -m cdmpp_tvm.study`, where optuna is.
 *
 * FAILED_PRECONDITION: the interpreter, the shim or optuna is missing, the file is no study or one
 * of something else, or another process has it. Of what is asked later, UNAVAILABLE: the process
 * broke down.
 */
export async function openStudy(place: StudyPlace, request: StudyRequest): Promise<Study> {
  const study = new StudyProcess(place);
  try {
    const found = await study.request({ op: 'open', ...request }, progressReply);
    return study.opened(found);
  } catch (thrown) {
    await study.close();
    throw thrown;
  }
}

class StudyProcess {
  readonly #place: StudyPlace;
  readonly #process: LineProcess;
  #isOpen = false;

  constructor(place: StudyPlace) {
    this.#place = place;
    this.#process = new LineProcess(place.python, ['-m', 'cdmpp_tvm.study', place.file]);
  }

  opened(found: StudyProgress): Study {
    this.#isOpen = true;
    return Object.freeze<Study>({
      found,
      ask: (): Promise<AskedTrial> => this.request({ op: 'ask' }, askReply),
      report: (trial, look, value) =>
        this.request({ op: 'report', trial, look, value }, reportReply),
      tell: (trial, value) =>
        this.request(
          value === undefined
            ? { op: 'tell', trial, state: 'pruned' }
            : { op: 'tell', trial, state: 'complete', value },
          progressReply,
        ),
      summary: (): Promise<StudySummary> => this.request({ op: 'summary' }, summaryReply),
      close: () => this.close(),
    });
  }

  async request<Reply>(message: object, reply: z.ZodType<Reply>): Promise<Reply> {
    let line: string;
    try {
      line = await this.#process.ask(JSON.stringify(message));
    } catch (thrown) {
      throw thrown instanceof EndedProcess ? this.#brokenDown(thrown) : thrown;
    }
    const answer = parsed(line);
    const refused = refusal.safeParse(answer);
    if (refused.success) {
      throw new PredictorError(Code.FailedPrecondition, refused.data.error);
    }
    const read = reply.safeParse(answer);
    if (!read.success) throw internalError(`the study answered ${line.slice(0, 200)}`);
    return read.data;
  }

  async close(): Promise<void> {
    await this.#process.close();
  }

  #brokenDown(end: EndedProcess): PredictorError {
    const { python, file } = this.#place;
    const last = end.complaints.filter((line) => line.trim() !== '').at(-1) ?? 'nothing';
    if (this.#isOpen) {
      return new PredictorError(
        Code.Unavailable,
        `the process of study ${file} ${end.message} and said: ${last}; the same command goes on ` +
          'from its finished trials',
        { cause: end },
      );
    }
    const isMissing = end.complaints.some((line) => /No module named '?cdmpp_tvm\b/.test(line));
    const reason = isMissing ? 'has no cdmpp_tvm' : `${end.message} and said: ${last}`;
    return new PredictorError(
      Code.FailedPrecondition,
      `${python} ${reason}; give --python the one that has the shim and optuna, by default the ` +
        "checkout's .venv/bin/python, which `make setup` makes",
      { cause: end },
    );
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (thrown) {
    throw internalError(`the study answered ${line.slice(0, 200)}`, { cause: thrown });
  }
}
