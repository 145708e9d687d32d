/**
 * What a unit may touch: a second fence around the sandbox of Deno, made of the
 * same permissions.
 *
 * Never MemoryDenyWriteExecute: V8 compiles as it runs.
 *
 * @module
 */

import type { Permissions } from "../../../runtime/process/permission_flags.ts";
import { isLoopback } from "../../../runtime/program/address.ts";
import type { NotCarried } from "../target.ts";
import type { Places } from "./places.ts";
import { readsOf } from "./reads.ts";
import { TEMPORARY, type Writes, writesOf } from "./writes.ts";
import { plain, type Setting, word } from "./unit_text.ts";

/** What is to be fenced in. */
export interface Fenced {
  /** What a script may touch; undefined: a program with all the rights of its user. */
  permissions: Permissions | undefined;
  /** The folder that its paths are relative to, absolute. */
  workingDir: string;
  /** The port where it listens. */
  port: number | undefined;
  /** Whether it listens on a socket, which only its user can reach. */
  hasSocket: boolean;
  /** Addresses of others, where it need not listen. */
  others: ReadonlySet<string>;
}

/** What stands in a unit, and what it writes. */
export interface Fence {
  settings: Setting[];
  /** What of the project it writes, absolute; on the machine that runs it. */
  writes: string[];
  notCarried: Omit<NotCarried, "service">[];
}

/** Holds for anything, also in the units of a user. */
const FOR_ALL: readonly Setting[] = [
  ["NoNewPrivileges", "yes"],
  ["LockPersonality", "yes"],
  ["RestrictRealtime", "yes"],
  ["RestrictSUIDSGID", "yes"],
  ["SystemCallArchitectures", "native"],
];

/** Needs rights that the manager of a user does not have. */
const OF_SYSTEM: readonly Setting[] = [
  ["ProtectClock", "yes"],
  ["ProtectControlGroups", "yes"],
  ["ProtectHostname", "yes"],
  ["ProtectKernelLogs", "yes"],
  ["ProtectKernelModules", "yes"],
  ["ProtectKernelTunables", "yes"],
];

/** Holds for a script, also in the units of a user. */
const FOR_SCRIPTS: readonly Setting[] = [
  ["RestrictNamespaces", "yes"],
  ["SystemCallFilter", "@system-service @pkey"],
  ["SystemCallErrorNumber", "EPERM"],
];

const OF_SYSTEM_FOR_SCRIPTS: readonly Setting[] = [
  ["PrivateDevices", "yes"],
  ["PrivateTmp", "yes"],
  ["ProtectProc", "invisible"],
  ["ProtectSystem", "strict"],
  ["RemoveIPC", "yes"],
];

/**
 * Holds for a program of which nothing is known: what one without rights of root
 * cannot do anyway, and what hardly any does.
 */
const FOR_PROGRAMS: readonly Setting[] = [
  ["RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6 AF_NETLINK"],
  [
    "SystemCallFilter",
    "~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap",
  ],
  ["SystemCallErrorNumber", "EPERM"],
];

/** Ports below need a right of their own. */
export const FIRST_FREE_PORT = 1024;
/** What a process needs to listen below it. */
export const BIND_LOW = "CAP_NET_BIND_SERVICE";

/** Returns the fence of a program. */
export function fenceOf(
  fenced: Fenced,
  { places, user, isRoot = false, read }: {
    places: Places;
    /** Whether it is for the manager of a user. */
    user: boolean;
    /** Whether it runs by root, whose rights a program is then left. */
    isRoot?: boolean;
    /** What it must be able to read, on the machine that runs it. */
    read: readonly string[];
  },
): Fence {
  const { permissions, workingDir, port, hasSocket } = fenced;
  const umask: Setting[] = hasSocket ? [["UMask", "0077"]] : [];
  const isLow = port !== undefined && port < FIRST_FREE_PORT;
  const capabilities: Setting[] = isLow
    ? [["CapabilityBoundingSet", BIND_LOW], ["AmbientCapabilities", BIND_LOW]]
    : [["CapabilityBoundingSet", ""]];
  const programs = (): Setting[] => [
    ...FOR_ALL,
    ...FOR_PROGRAMS,
    ...(user ? [] : [
      ...OF_SYSTEM,
      ["ProtectSystem", "full"] as const,
      ...(isRoot ? [] : capabilities),
    ]),
    ...umask,
  ];
  if (permissions === undefined) {
    return { settings: programs(), writes: [], notCarried: [] };
  }
  const writes = writesOf(permissions.write, workingDir, places);
  const reads = readsOf(permissions.read, workingDir, places);
  const given = user ? [] : [
    ...writes.toGive,
    ...(isRoot ? [] : reads.toGive),
    ...writes.notCarried,
  ];
  const unfenced = unfencedKind(permissions);
  if (unfenced !== undefined) {
    return {
      settings: [...programs(), ...(user ? [] : writable(writes))],
      writes: user ? [] : writes.owned,
      notCarried: [
        {
          key: `permissions.${unfenced}`,
          why:
            "what it starts or loads has no sandbox, so its unit has the fence that any program bears, and no narrower one",
          doInstead:
            "write ReadWritePaths=, IPAddressAllow= and the like into a drop-in (systemctl edit), if what it needs is known",
        },
        ...given,
      ],
    };
  }
  const network = networkOf(permissions.net, fenced);
  const families = familiesOf(permissions, network);
  if (user) {
    return {
      settings: [...FOR_ALL, ...FOR_SCRIPTS, families, ...umask],
      writes: [],
      notCarried: [{
        key: "permissions",
        why:
          "the manager of a user cannot close the file system or the network of a unit (ProtectSystem, IPAddressDeny, SocketBindDeny)",
        doInstead:
          "rely on Deno's sandbox, which has the same permissions, or use units of the system",
      }],
    };
  }
  const paths = [...read, ...reads.paths, ...writes.paths];
  const seesHome = reads.everywhere || paths.some(isHome);
  const seesTemporary = reads.everywhere || writes.everywhere ||
    paths.some(isTemporary);
  const everywhere = writes.everywhere;
  return {
    settings: [
      ...FOR_ALL,
      ...FOR_SCRIPTS,
      ...OF_SYSTEM,
      ...OF_SYSTEM_FOR_SCRIPTS
        .filter(([key]) =>
          !(everywhere && key === "ProtectSystem") &&
          !(seesTemporary && key === "PrivateTmp")
        ),
      ...capabilities,
      [
        "ProtectHome",
        everywhere ? "no" : seesHome ? "read-only" : "yes",
      ],
      ...writable(writes),
      families,
      ...network.settings,
      ...umask,
    ],
    writes: writes.owned,
    notCarried: [...given, ...network.notCarried],
  };
}

/** What runs without Deno's sandbox once a script has started or loaded it. */
function unfencedKind({ run, ffi }: Permissions): "run" | "ffi" | undefined {
  const grants = (each: readonly string[] | boolean | undefined) =>
    each === true || (Array.isArray(each) && each.length > 0);
  return grants(run) ? "run" : grants(ffi) ? "ffi" : undefined;
}

function writable({ paths }: Writes): Setting[] {
  return paths.length === 0
    ? []
    : [["ReadWritePaths", paths.map(word).join(" ")]];
}

/** True for a path that ProtectHome hides, or for one that such paths are below. */
function isHome(path: string): boolean {
  return path === "/" || path === "/run" ||
    /^\/(home|root|run\/user)(\/|$)/.test(path);
}

/** True for a path that PrivateTmp hides, or for one that such paths are below. */
function isTemporary(path: string): boolean {
  return path === "/" || path === "/var" || TEMPORARY.test(path);
}

/** Returns the settings of a unit that reads and writes nothing of its own. */
export function closedSettings(
  net: readonly string[],
  context: { places: Places; user: boolean; read: readonly string[] },
): Setting[] {
  return fenceOf({
    permissions: { net },
    workingDir: "/",
    port: undefined,
    hasSocket: false,
    others: new Set(net),
  }, context).settings;
}

/** What of the net a script may reach. */
interface Network {
  settings: Setting[];
  /** Whether it reaches other machines, or this one, by TCP. */
  usesIp: boolean;
  /** Whether it asks for names. */
  usesNames: boolean;
  notCarried: Omit<NotCarried, "service">[];
}

function networkOf(
  granted: readonly string[] | boolean | undefined,
  { port, others }: Fenced,
): Network {
  if (granted === true) {
    return { settings: [], usesIp: true, usesNames: true, notCarried: [] };
  }
  const entries = (granted || []).filter((each) => !each.startsWith("unix:"))
    .map((written) => ({ written, ...hostOf(written) }));
  const names = entries.filter(({ kind }) => kind === "name");
  // Whoever listens for everybody hears everybody.
  const isOpen = entries.some(({ kind }) => kind === "any" || kind === "name");
  const ips = new Set<string>();
  const ports = new Set<number>();
  let anyPort = false;
  if (port !== undefined) ports.add(port);
  for (const entry of entries) {
    if (entry.kind === "local" || entry.kind === "ip") {
      ips.add(entry.kind === "local" ? "localhost" : entry.host);
    }
    // Its own address is not told from that of others, but by who they are.
    if (entry.kind === "name" || others.has(entry.written)) continue;
    if (entry.port === undefined || entry.port === 0) anyPort = true;
    else ports.add(entry.port);
  }
  const listens = [...ports].toSorted((one, other) => one - other);
  const binds: Setting[] = anyPort ? [] : [
    ...listens.map((each) => ["SocketBindAllow", `tcp:${each}`] as const),
    ["SocketBindDeny", "any"],
  ];
  return {
    settings: [
      ...(isOpen ? [] : [
        ...(ips.size > 0
          ? [
            [
              "IPAddressAllow",
              [...ips].toSorted().map(plain).join(" "),
            ] as const,
          ]
          : []),
        ["IPAddressDeny", "any"] as const,
      ]),
      ...binds,
    ],
    usesIp: entries.length > 0,
    usesNames: names.length > 0,
    notCarried: names.length === 0 ? [] : [{
      key: "permissions.net",
      why: `systemd's IPAddressAllow knows no names, so ${
        names.map(({ written }) => written).join(", ")
      } leaves the unit's network open`,
      doInstead:
        "rely on Deno's sandbox, which has the same permissions, or write IP addresses",
    }],
  };
}

function familiesOf(
  { net, sys }: Permissions,
  { usesIp, usesNames }: Network,
): Setting {
  const netlink = usesNames || net === true || sys === true ||
    (Array.isArray(sys) && sys.includes("networkInterfaces"));
  return [
    "RestrictAddressFamilies",
    [
      "AF_UNIX",
      ...(usesIp ? ["AF_INET", "AF_INET6"] : []),
      ...(netlink ? ["AF_NETLINK"] : []),
    ].join(" "),
  ];
}

const IP = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:]*)(\/\d+)?$/i;

/** Takes an entry of `net` apart: `host:port`, `host`, `[::1]:80`. */
function hostOf(
  entry: string,
): {
  kind: "local" | "ip" | "any" | "name";
  host: string;
  port: number | undefined;
} {
  const [, inBrackets, bare, digits] =
    /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  const host = inBrackets ?? bare ?? entry;
  const port = digits === undefined ? undefined : Number(digits);
  if (host === "localhost" || isLocal(host)) {
    return { kind: "local", host, port };
  }
  if (host === "0.0.0.0" || host === "::") return { kind: "any", host, port };
  return { kind: IP.test(host) ? "ip" : "name", host, port };
}

function isLocal(host: string): boolean {
  if (!IP.test(host)) return false;
  return isLoopback({ kind: "tcp", host, port: 0 });
}
