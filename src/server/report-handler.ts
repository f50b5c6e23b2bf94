import type { CostModelService } from '../serving';
import {
  decodeReportRequest,
  encodeReportResponse,
  type ReportRequest,
  type ReportResponseInput,
} from '../wire';
import type { UnaryHandler } from './handler';

/** Answers when the records are on disk. A caller that went away meanwhile does not stop that. */
export function createReportHandler(
  service: CostModelService,
): UnaryHandler<ReportRequest, ReportResponseInput> {
  return async (request) =>
    encodeReportResponse(await service.report(decodeReportRequest(request)));
}
