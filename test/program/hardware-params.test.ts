import { hardwareParamList, hardwareParamsOf } from '../../src/program';

describe('hardwareParamList()', () => {
  const list = [2, 32, 64, 49_152, 2_147_483_647, 1024, 8, 16];

  it("should be in TVM's order, whatever the order of the fields", () => {
    const params = {
      warpSize: 16,
      maxVthreadExtent: 8,
      maxThreadsPerBlock: 1024,
      maxLocalMemoryPerBlock: 2_147_483_647,
      maxSharedMemoryPerBlock: 49_152,
      cacheLineBytes: 64,
      vectorUnitBytes: 32,
      numCores: 2,
    };
    expect(hardwareParamList(params)).toEqual(list);
    expect(hardwareParamsOf(list)).toEqual(params);
  });

  it('should know nothing of what a list does not say', () => {
    expect(hardwareParamList(hardwareParamsOf([]))).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});
