// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// In the program itself: Sources/TerminalUI/Theme/Theme+BuiltIn.swift says in which order.
let themes = [
  "midnight", "daylight", "high-contrast", "sixteen", "deuteranopia", "tritanopia", "year-2000", "monochrome",
]

/// The commit that `slabscope --version` names: of the clone, or what SLABSCOPE_COMMIT says where there is none. "+" says that
/// files were changed since.
let commit =
  Context.environment["SLABSCOPE_COMMIT"]
  ?? Context.gitInformation.map { $0.currentCommit.prefix(12) + ($0.hasUncommittedChanges ? "+" : "") }

let package = Package(
  name: "slabscope",
  products: [
    .library(name: "SlabEngine", targets: ["SlabEngine"])
  ],
  traits: [
    .trait(
      name: "Capture",
      description: "Data capture in the allocator: sizes, call sites, lifetimes, CPUs (build without: no trace of it)."),
    .trait(
      name: "BPF",
      description: "The running kernel's slabs and skb data, read by BPF programs (build without: no libbpf)."),
    .trait(
      name: "HTTP",
      description: "serve, and questions to Prometheus (build without: no swift-nio)."),
    .default(enabledTraits: ["Capture", "BPF", "HTTP"]),
  ],
  dependencies: [
    // The command line: options, help and errors as people know them.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // Profiles for pprof are in the format of protocol buffers.
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
    // HTTP, the exporter and questions to Prometheus: back-pressure, limits and timeouts for each connection, without Foundation.
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    // The guides: `swift package generate-documentation`, whose broken links fail CI; a plugin, no part of any product.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    .systemLibrary(name: "CBPF"),
    .systemLibrary(name: "CNcurses"),
    .systemLibrary(name: "CSQLite"),
    .systemLibrary(name: "CZlib"),
    .target(name: "CSlabSupport"),
    // Themes and settings are TOML files, which people edit by hand. toml++, a package of Debian, knows the line of each value and
    // of an error; TOMLKit, which wraps it, hides the lines of values and loads Foundation with ICU.
    .target(name: "CTOML"),
    // The recordings that the program finds by name: #embed puts the files into the program.
    .target(
      name: "CBundledRecordings", exclude: ["imix-burst.slabtrace", "tcp-bulk.slabtrace", "udp-rr.slabtrace"]),
    // The commit of the sources, for --version: a file of C, so that a new commit compiles one file again, and no module.
    .target(
      name: "CBuildCommit", cSettings: commit.map { [.define("SLABSCOPE_COMMIT", to: "\"\($0)\"")] } ?? []),
    // Tables, metrics, messages and spelling suggestions: one implementation for the modules of figures, of profiles, of
    // settings and of themes, which do not import one another. It imports none of the others.
    .target(name: "TextOutput", swiftSettings: strict),
    .target(name: "SlabEngine", dependencies: ["CSlabSupport"], swiftSettings: strict),
    .target(name: "Recordings", dependencies: ["TextOutput"], swiftSettings: strict),
    // The messages of pprof profiles, generated from pprof.proto.
    .target(
      name: "ProfileProto", dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["pprof.proto"]),
    .target(
      name: "Profiles",
      dependencies: [
        "Recordings", "TextOutput", "CZlib", "ProfileProto",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      swiftSettings: strict),
    .target(name: "TOML", dependencies: ["CTOML"], swiftSettings: strict),
    .target(name: "Settings", dependencies: ["TOML", "TextOutput"], swiftSettings: strict),
    .target(
      name: "Workloads", dependencies: ["SlabEngine", "Recordings", "Settings", "TextOutput"], swiftSettings: strict),
    .target(name: "Telemetry", dependencies: ["SlabEngine", "TextOutput", "CSQLite"], swiftSettings: strict),
    // Profiles in the file of a history: it joins two modules that do not import each other.
    .target(name: "ProfileHistory", dependencies: ["Profiles", "Telemetry"], swiftSettings: strict),
    .target(
      name: "Exporter",
      dependencies: [
        "Profiles", "Telemetry", "TextOutput",
        .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["HTTP"])),
        .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["HTTP"])),
        .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["HTTP"])),
      ],
      swiftSettings: strict),
    .target(
      name: "Kernel",
      dependencies: [
        "Recordings", "Profiles", "Telemetry", "TextOutput", .target(name: "CBPF", condition: .when(traits: ["BPF"])),
      ],
      // The sources of the BPF programs; the objects that they were compiled to are part of the program.
      exclude: [
        "Slabs/Program/slab_walk.bpf.c", "BufferUse/Program/skb_use.bpf.c", "Traffic/Program/slab_traffic.bpf.c",
      ],
      resources: [
        .embedInCode("Slabs/Program/slab_walk.bpf.o"), .embedInCode("BufferUse/Program/skb_use.bpf.o"),
        .embedInCode("Traffic/Program/slab_traffic.bpf.o"),
      ],
      swiftSettings: strict),
    .target(
      name: "Advisor", dependencies: ["Recordings", "Profiles", "Workloads", "Telemetry", "SlabEngine", "TextOutput"],
      swiftSettings: strict),
    // Answers about many hosts, from the series that a Prometheus server has of them.
    .target(
      name: "Fleet",
      dependencies: [
        "Advisor", "Profiles", "Recordings", "Telemetry", "TextOutput", "Workloads",
        .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["HTTP"])),
        .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["HTTP"])),
        .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["HTTP"])),
      ],
      swiftSettings: strict),
    .target(
      name: "Sweeps",
      dependencies: ["SlabEngine", "Recordings", "Workloads", "Telemetry", "Advisor", "Settings", "TextOutput"],
      swiftSettings: strict),
    .target(
      name: "TerminalUI", dependencies: ["TOML", "TextOutput"],
      resources: themes.map { .embedInCode("Themes/\($0).toml") }, swiftSettings: strict),
    .target(
      name: "Dashboard", dependencies: ["TerminalUI", "Telemetry", "Profiles", "Workloads", "TextOutput"],
      swiftSettings: strict),
    .target(name: "NcursesTerminal", dependencies: ["TerminalUI", "CNcurses", "CSlabSupport"], swiftSettings: strict),
    .executableTarget(
      name: "slabscope",
      dependencies: [
        "SlabEngine", "Telemetry", "Recordings", "Profiles", "ProfileHistory", "Kernel", "Workloads", "Advisor",
        "Exporter", "Fleet", "Settings", "Sweeps",
        "TextOutput", "TerminalUI", "NcursesTerminal", "Dashboard", "CBuildCommit", "CBundledRecordings",
        "CSlabSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    // The allocators that EngineBenchmarks measures, and the process that measures one of them. It imports no other module, so
    // that CI can compile the engine's hot path in seconds, as a user of the library would.
    .target(name: "BenchmarkContenders", dependencies: ["SlabEngine"], swiftSettings: strict),
    .executableTarget(
      name: "EngineBenchmarks",
      dependencies: [
        "BenchmarkContenders", "SlabEngine", "Recordings", "Workloads", "Advisor", "TextOutput",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .testTarget(name: "TextOutputTests", dependencies: ["TextOutput"], swiftSettings: strict),
    .testTarget(name: "TOMLTests", dependencies: ["TOML"], swiftSettings: strict),
    .testTarget(name: "SlabEngineTests", dependencies: ["CSlabSupport", "SlabEngine"], swiftSettings: strict),
    .target(name: "TestSupport", dependencies: ["Recordings"], path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(
      name: "ProfilesTests",
      dependencies: [
        "Profiles", "ProfileProto", "Recordings", "TestSupport", "TextOutput",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ProfileHistoryTests", dependencies: ["ProfileHistory", "Profiles", "Telemetry"], swiftSettings: strict),
    .testTarget(
      name: "RecordingsTests", dependencies: ["Profiles", "Recordings", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "KernelTests", dependencies: ["Kernel", "Profiles", "Recordings", "Telemetry", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "AdvisorTests",
      dependencies: [
        "Advisor", "CBundledRecordings", "Profiles", "Recordings", "SlabEngine", "Telemetry", "Workloads",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "FleetTests",
      dependencies: [
        "Fleet", "Advisor", "Profiles", "Telemetry", "Workloads",
        .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["HTTP"])),
        .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["HTTP"])),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ExporterTests", dependencies: ["Exporter", "Profiles", "Telemetry", "TextOutput"], swiftSettings: strict),
    .testTarget(
      name: "SweepsTests", dependencies: ["Sweeps", "Recordings", "Settings", "Telemetry", "Workloads"],
      swiftSettings: strict),
    .testTarget(name: "TelemetryTests", dependencies: ["Telemetry", "SlabEngine"], swiftSettings: strict),
    .testTarget(
      name: "WorkloadsTests", dependencies: ["Workloads", "SlabEngine", "Recordings", "Settings"],
      exclude: ["Realism/Recorded"], swiftSettings: strict),
    .testTarget(
      name: "TerminalUITests", dependencies: ["TerminalUI"], exclude: ["Goldens"], swiftSettings: strict),
    .testTarget(
      name: "NcursesTerminalTests", dependencies: ["NcursesTerminal", "TerminalUI", "CNcurses"], swiftSettings: strict),
    .testTarget(
      name: "DashboardTests", dependencies: ["Dashboard", "Profiles", "TerminalUI", "Telemetry", "Workloads"],
      exclude: ["Goldens"], swiftSettings: strict),
    .testTarget(
      name: "SlabscopeTests",
      dependencies: [
        "slabscope", "Advisor", "Dashboard", "Exporter", "Kernel", "ProfileHistory", "Profiles", "Recordings",
        "SlabEngine",
        "Telemetry", "TerminalUI",
        "Workloads",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

// The fuzzer brings its own `main`, so this is no part of an ordinary build.
if Context.environment["SLABSCOPE_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "RecordingsFuzzing", dependencies: ["Profiles", "Recordings", "Kernel"], swiftSettings: strict))
}

// CI builds some modules with sanitizers or without traits: only the test targets that SLABSCOPE_ONLY names (separated by
// commas), with what they depend on, so that nothing else is compiled.
if let names = Context.environment["SLABSCOPE_ONLY"] {
  var needed: Set<String> = []
  func need(_ name: String) {
    guard needed.insert(name).inserted, let target = package.targets.first(where: { $0.name == name }) else { return }
    for dependency in target.dependencies {
      switch dependency {
      case .targetItem(let name, _), .byNameItem(let name, _): need(name)
      default: continue
      }
    }
  }
  for name in names.split(separator: ",") { need(String(name)) }
  package.targets.removeAll { !needed.contains($0.name) }
  package.products.removeAll { !needed.contains($0.name) }
}
