// Original file: proto/cdmpp/v1/task.proto


export interface HardwareParamsInput {
  'numCores'?: (number);
  'vectorUnitBytes'?: (number);
  'cacheLineBytes'?: (number);
  'maxSharedMemoryPerBlock'?: (number);
  'maxLocalMemoryPerBlock'?: (number);
  'maxThreadsPerBlock'?: (number);
  'maxVthreadExtent'?: (number);
  'warpSize'?: (number);
}

export interface HardwareParams {
  'numCores': (number);
  'vectorUnitBytes': (number);
  'cacheLineBytes': (number);
  'maxSharedMemoryPerBlock': (number);
  'maxLocalMemoryPerBlock': (number);
  'maxThreadsPerBlock': (number);
  'maxVthreadExtent': (number);
  'warpSize': (number);
}
