import { assertEquals } from "@std/assert";
import { findContracts } from "../../../tasks/types/find_contracts.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("findContracts() follows links, and no ring of them", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(folder.file("shared"));
  await Deno.mkdir(folder.file("proto"));
  await Deno.writeTextFile(folder.file("shared/a.proto"), "");
  await Deno.symlink("../shared", folder.file("proto/linked"));
  await Deno.symlink("../proto", folder.file("proto/ring"));
  await Deno.symlink("nowhere.proto", folder.file("proto/gone.proto"));

  const [found] = await findContracts([folder.file("proto")]);

  assertEquals([...found!.texts.keys()], ["linked/a.proto"]);
});
