// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "slabscope",
  products: [
    .library(name: "SlabEngine", targets: ["SlabEngine"])
  ],
  targets: [
    .target(name: "SlabEngine", swiftSettings: strict),
    .target(name: "Recordings", swiftSettings: strict),
    .target(name: "Workloads", dependencies: ["SlabEngine", "Recordings"], swiftSettings: strict),
    .target(name: "Telemetry", dependencies: ["SlabEngine"], swiftSettings: strict),
    .testTarget(name: "SlabEngineTests", dependencies: ["SlabEngine"], swiftSettings: strict),
    .testTarget(name: "RecordingsTests", dependencies: ["Recordings"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
