import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { loadCostModelService, MalformedRequest } from '../../src/wire';
import { PROTO_DIRECTORY } from '../../src/wire/proto';

describe('PROTO_DIRECTORY', () => {
  it('should be the proto folder of the package', () => {
    expect(PROTO_DIRECTORY).toBe(join(__dirname, '..', '..', 'proto'));
    expect(existsSync(join(PROTO_DIRECTORY, 'cdmpp', 'v1', 'service.proto'))).toBe(true);
  });
});

describe('loadCostModelService()', () => {
  it('should turn bytes that are no message into a value, whatever the bytes', () => {
    const { requestDeserialize } = loadCostModelService().RegisterTask;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const message = requestDeserialize(Buffer.from(bytes)) as unknown;
        expect(message === null || typeof message !== 'object').toBe(false);
      }),
      { seed: 1 },
    );
    expect(requestDeserialize(Buffer.from([0x0a, 0x05, 0x00]))).toBeInstanceOf(MalformedRequest);
  });

  it('should survive a message that nests itself 200,000 times', () => {
    // Field 5 (operands) of Expression inside itself: each level is a tag and a length.
    const deep = Buffer.concat([
      Buffer.from([0x0a, 0xff, 0xff, 0x7f, 0x3a, 0xff, 0xff, 0x7f, 0x2a, 0xff, 0xff, 0x7f]),
      ...Array.from({ length: 200_000 }, () => Buffer.from([0x2a, 0xff, 0xff, 0x7f])),
    ]);
    const message = loadCostModelService().RegisterTask.requestDeserialize(deep);
    expect(message).toBeInstanceOf(MalformedRequest);
  });
});
