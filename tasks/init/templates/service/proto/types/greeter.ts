import type * as grpc from "@grpc/grpc-js";
import type { MessageTypeDefinition } from "@grpc/proto-loader";

import type {
  GreetRequest as _greeter_v1_GreetRequest,
  GreetRequest__Output as _greeter_v1_GreetRequest__Output,
} from "./greeter/v1/GreetRequest.ts";
import type {
  GreetResponse as _greeter_v1_GreetResponse,
  GreetResponse__Output as _greeter_v1_GreetResponse__Output,
} from "./greeter/v1/GreetResponse.ts";
import type {
  GreeterServiceClient as _greeter_v1_GreeterServiceClient,
  GreeterServiceDefinition as _greeter_v1_GreeterServiceDefinition,
} from "./greeter/v1/GreeterService.ts";

type SubtypeConstructor<
  Constructor extends new (...args: any) => any,
  Subtype,
> = {
  new (...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  greeter: {
    v1: {
      GreetRequest: MessageTypeDefinition<
        _greeter_v1_GreetRequest,
        _greeter_v1_GreetRequest__Output
      >;
      GreetResponse: MessageTypeDefinition<
        _greeter_v1_GreetResponse,
        _greeter_v1_GreetResponse__Output
      >;
      GreeterService:
        & SubtypeConstructor<
          typeof grpc.Client,
          _greeter_v1_GreeterServiceClient
        >
        & { service: _greeter_v1_GreeterServiceDefinition };
    };
  };
}
