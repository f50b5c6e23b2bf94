import { type RecordFilter, type RecordStore, recordPages } from '../store';
import { type DatasetAbout, type DatasetCard, parseAbout } from './dataset-card';
import { DatasetWriter, type WrittenCounts } from './dataset-writer';

export interface ExportDatasetOptions {
  readonly store: Pick<RecordStore, 'readRecords'>;
  /** A folder: a new one, an empty one, or a dataset that the records are added to. */
  readonly dir: string;
  /** Default: all records. */
  readonly filter?: RecordFilter | undefined;
  /** Default: what the card that is there says. */
  readonly about?: Partial<DatasetAbout> | undefined;
  /** Of the export, since 1970; nothing else in the files depends on when it is done. */
  readonly nowSeconds: number;
  readonly onProgress?: (progress: { readonly recordsDone: number }) => void;
}

export interface ExportDatasetResult {
  readonly card: DatasetCard;
  readonly tasksAdded: number;
  readonly programsAdded: number;
  readonly recordsAdded: number;
  /** Records that the dataset had already. */
  readonly recordsHeld: number;
  /** A dataset has no room for them; they are extracted again from steps and task. */
  readonly loweredFeaturesLeftOut: number;
}

const UNTITLED: DatasetAbout = Object.freeze({
  title: 'Measured tensor programs',
  how: 'Exported from a record store by `cdmpp records export --format dataset`.',
  machine: '',
  versions: {},
});

/**
 * Writes the records of a store that a dataset lacks into new parts of it. A dataset that is
 * there keeps its files; the same store gives the same bytes, but for the date in the card.
 */
export async function exportDataset(options: ExportDatasetOptions): Promise<ExportDatasetResult> {
  const { store, dir, filter = {}, nowSeconds, onProgress } = options;
  const writer = await DatasetWriter.open(dir);
  const about = aboutOf(writer.card, options.about);
  try {
    let done = 0;
    let loweredFeaturesLeftOut = 0;
    for await (const page of recordPages(store, filter)) {
      for (const { task, record, source } of page) {
        const isNew = await writer.add({ task, record, source });
        if (isNew && record.program.loweredFeatures !== undefined) loweredFeaturesLeftOut += 1;
      }
      done += page.length;
      onProgress?.({ recordsDone: done });
    }
    const { tasks, programs, records }: WrittenCounts = writer.written;
    const card = await writer.finish(about, nowSeconds);
    return {
      card,
      tasksAdded: tasks,
      programsAdded: programs,
      recordsAdded: records,
      recordsHeld: done - records,
      loweredFeaturesLeftOut,
    };
  } catch (thrown) {
    await writer.discard();
    throw thrown;
  }
}

function aboutOf(card: DatasetCard | undefined, given: Partial<DatasetAbout> = {}): DatasetAbout {
  const { title, how, machine, versions } = { ...UNTITLED, ...card };
  return parseAbout({ title, how, machine, versions, ...given });
}
