/**
 * The `dashboard` command: opens the page that shows what runs here.
 *
 * @module
 */

import { Failure } from "../runtime/program/errors.ts";
import { readFlags, toggle } from "../runtime/program/flags.ts";
import { listenForInterrupts } from "../runtime/program/interrupts.ts";
import { log, print } from "../runtime/program/log.ts";
import { shortPath } from "../runtime/program/paths.ts";
import { stateDirOf, taskFor } from "../supervisor/config/config.ts";
import { CONTROL_FLAGS } from "./control/flags.ts";
import { listIfRunning } from "./control/running.ts";
import { describeState } from "./control/wait_report.ts";
import { askForAddress } from "./dashboard/address.ts";
import { runDashboard } from "./dashboard/foreground.ts";
import { openBrowser } from "./dashboard/open_browser.ts";
import { printHelp } from "./terminal/help.ts";

/** The flags of the command. */
export const dashboardFlags = {
  ...CONTROL_FLAGS,
  "no-open": toggle("print the address, and open no browser"),
};

/**
 * Runs the command.
 *
 * @param argv Its flags.
 * @returns The exit code: 130 after Ctrl-C, where it ran a dashboard itself.
 * @throws {UsageError} If the command line is wrong.
 * @throws {Failure} If a supervisor runs without a dashboard.
 */
export async function dashboard(argv: string[]): Promise<number> {
  const { flags } = readFlags(argv, dashboardFlags);
  if (flags.help) {
    printHelp(
      "dashboard [flags]",
      "Opens the page of what runs here; without a supervisor, of the runs of the pipeline.",
      dashboardFlags,
    );
    return 0;
  }
  const show = async (url: string) => {
    if (flags.json) return print(JSON.stringify({ url }, undefined, 2));
    print(`dashboard: ${url}`);
    if (!flags["no-open"]) await openBrowser(url);
  };
  const stateDir = stateDirOf(flags.config);
  const url = await askForAddress(stateDir);
  if (url !== undefined) {
    await show(url);
    return 0;
  }
  const services = await listIfRunning(flags.config);
  if (services) throw whyNone(services, flags.config);
  using interrupts = listenForInterrupts();
  log(
    `No supervisor runs "${
      shortPath(flags.config)
    }": this shows the runs of the pipeline in this folder, until Ctrl-C`,
  );
  return await runDashboard(stateDir, show, interrupts);
}

/** Says why a supervisor has no dashboard that answers, and what to do. */
function whyNone(
  services: NonNullable<Awaited<ReturnType<typeof listIfRunning>>>,
  config: string,
): Failure {
  const own = services.find(({ looksOn }) => looksOn);
  const name = shortPath(config);
  if (!own) {
    return new Failure(
      `Cannot open the dashboard: "${name}" has none; add the line "dashboard: true" at its top, and then "${
        taskFor("reload", config)
      }"`,
    );
  }
  const cannot = `Cannot open the dashboard: ${describeState(own)}`;
  switch (own.status) {
    case "exited":
      return new Failure(
        `${cannot}; "${taskFor(`start ${own.name}`, config)}" starts it`,
      );
    case "healthy":
      // Somebody has removed its files.
      return new Failure(
        `${cannot}, but its socket is gone; "${
          taskFor(`restart ${own.name}`, config)
        }" makes a new one`,
      );
  }
  return new Failure(
    `${cannot}; "${taskFor(`logs ${own.name}`, config)}" tells more`,
  );
}
