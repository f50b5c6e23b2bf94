import { Code } from '../../src/errors';
import { InlineInferenceEngine } from '../../src/serving/inline-inference-engine';
import type { ModelLines } from '../../src/serving/model-lines';
import { domainGpuTask, domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
import { startFakeLines } from '../support/fake-lines';
import { fakeArtifact, inlineFakes } from '../support/fake-models';
import { useTemporaryFolder } from '../support/temporary-folder';

describe('ModelLines', () => {
  const folder = useTemporaryFolder();
  let engine: InlineInferenceEngine;
  let lines: ModelLines;
  const [cpuTask, gpuTask] = [domainTask(), domainGpuTask()];
  const newest = (name: string) => ({ name, version: 0 });
  const publish = async (kind: 'cpu' | 'gpu') =>
    lines.of(kind).publish('cdmpp', await fakeArtifact({ scale: 2 }), 0, undefined);

  beforeEach(async () => {
    engine = new InlineInferenceEngine(inlineFakes().registry);
    lines = await startFakeLines(engine, folder.path);
  });
  afterEach(() => engine.dispose());

  it.each(['', 'cdmpp'])('should mean the line of the task by the name %p', async (name) => {
    await publish('gpu');
    expect(lines.find(newest(name), cpuTask)).toMatchObject({ name: 'cdmpp-cpu', version: 0 });
    expect(lines.find(newest(name), gpuTask)).toMatchObject({ name: 'cdmpp-gpu', version: 1 });
    const lease = await lines.lease({ name, version: 1 }, gpuTask);
    expect(lease.key).toBe('cdmpp-gpu@1');
    lease.release();
    await expectError(
      () => lines.lease({ name, version: 1 }, cpuTask),
      Code.NotFound,
      /"cdmpp-cpu" version 1 is not kept; kept are 0/,
    );
  });

  it('should mean the line that is named, whatever the task', async () => {
    const lease = await lines.lease(newest('cdmpp-gpu'), cpuTask);
    expect(lease.key).toBe('cdmpp-gpu@0');
    lease.release();
  });

  it('should mean what learned last where no task is asked about', async () => {
    expect(lines.find(newest('')).name).toBe('cdmpp-cpu');
    await publish('gpu');
    expect(lines.find(newest(''))).toMatchObject({ name: 'cdmpp-gpu', version: 1 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await publish('cpu');
    expect(lines.find(newest(''))).toMatchObject({ name: 'cdmpp-cpu', version: 1 });
  });

  it('should say which models there are', () =>
    expectError(
      () => lines.find(newest('gcn')),
      Code.NotFound,
      /^model "gcn" is not known; this server has "cdmpp-cpu" and "cdmpp-gpu"$/,
    ));

  it('should list both, and say to which an exported version belongs', async () => {
    await publish('gpu');
    expect(lines.list().map(({ name, version }) => `${name}@${version}`)).toEqual([
      'cdmpp-cpu@0',
      'cdmpp-gpu@1',
    ]);
    const { card } = await lines.export(newest('cdmpp-gpu'));
    expect(JSON.parse(card).targetKind).toBe('gpu');
  });
});
