// Original file: proto/cdmpp/v1/report.proto

import type { ProgramInput as _cdmpp_v1_ProgramInput, Program as _cdmpp_v1_Program } from '../../cdmpp/v1/Program';

export interface MeasuredRecordInput {
  'program'?: (_cdmpp_v1_ProgramInput | null);
  'costsSeconds'?: (number | string)[];
  'errorNumber'?: (number);
  'errorMessage'?: (string);
  'allCostSeconds'?: (number | string);
  'timestampSeconds'?: (number | string);
  'recordLine'?: (string);
  'idempotencyKey'?: (string);
}

export interface MeasuredRecord {
  'program': (_cdmpp_v1_Program | null);
  'costsSeconds': (number)[];
  'errorNumber': (number);
  'errorMessage': (string);
  'allCostSeconds': (number);
  'timestampSeconds': (number);
  'recordLine': (string);
  'idempotencyKey': (string);
}
