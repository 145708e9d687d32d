import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { SupervisorService } from "../../../proto/supervisor/contract.ts";
import { serveOnSocket } from "../../../runtime/control/control_socket.ts";
import { keepToken } from "../../../runtime/files/token_file.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { implement, unary } from "../../../runtime/rpc/handlers.ts";
import { createToken } from "../../../runtime/rpc/token.ts";
import { makeOwnState, stateDirOf } from "../../../supervisor/config/config.ts";
import {
  connectControl,
  controlAddress,
} from "../../../supervisor/control/client.ts";
import { createWorkspace } from "../../support/supervised.ts";

Deno.test("watch and describe say in words that a supervisor is too old for them", async () => {
  await using workspace = await createWorkspace({ a: { command: ["true"] } });
  const config = join(workspace.folder, "config.yaml");
  const stateDir = stateDirOf(config);
  await makeOwnState(stateDir);
  const token = createToken();
  await using _token = await keepToken(stateDir, token);
  const { List } = SupervisorService;
  const answers = { List: unary(() => ({ services: [], supervisorPid: 7 })) };
  await using _server = await serveOnSocket(await controlAddress(stateDir), {
    authentication: { token, name: "the supervisor" },
    services: {
      "supervisor.v1.SupervisorService": implement({ List }, answers),
    },
  });
  const control = await connectControl(config);

  const error = await assertRejects(async () => {
    for await (const _ of control.watch([], new AbortController().signal));
  }, Fault);

  const undescribed = await assertRejects(() => control.describe(), Fault);

  assertEquals((await control.list()).supervisorPid, 7);
  assertEquals(undescribed.code, "failed_precondition");
  assertEquals(error.code, "failed_precondition");
  assertEquals(
    error.message.replaceAll(workspace.folder, "FOLDER"),
    'Cannot watch the supervisor of "FOLDER/config.yaml": it is of an older version, which does not tell; see "deno task logs -f --config=FOLDER/config.yaml" and "deno task events -f --config=FOLDER/config.yaml", or restart it with this version',
  );
});
