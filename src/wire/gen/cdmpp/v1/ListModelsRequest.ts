// Original file: proto/cdmpp/v1/model.proto


export interface ListModelsRequestInput {
}

export interface ListModelsRequest {
}
