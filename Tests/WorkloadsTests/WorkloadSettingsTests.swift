import Recordings
import Settings
import Testing

@testable import Workloads

@Suite struct WorkloadSettingsTests {
  @Test(arguments: WorkloadCatalog.names)
  func printedSettingsAreReadBack(name: String) throws {
    var settings = WorkloadSettings(try WorkloadCatalog.workload(name))
    (settings.parameters.rate, settings.parameters.cpus, settings.parameters.seed) = (1234.5, 3, 77)
    let read = try WorkloadSettings(toml: settings.toml, file: "\(name).toml")
    #expect(read.workload.name == name && read.parameters == settings.parameters)
  }

  @Test(arguments: [
    ("rate = 3", "bad.toml: 'workload' is missing"),
    ("workload = \"wbe\"", "bad.toml:1: unknown workload 'wbe'; did you mean web?"),
    ("workload = \"web\"\nflow = 3", "bad.toml:2: unknown key 'flow'; did you mean 'flows'?"),
    ("workload = \"web\"\nsizes = \"40:1\"", "bad.toml:2: sizes: workload web has no such parameter"),
    ("workload = \"imix\"\n\nsizes = \"40:0\"", "bad.toml:3: sizes: '40:0' is not a mix of sizes"),
    ("workload = \"imix\"\ncpus = 65", "bad.toml:2: 'cpus' takes a whole number from 1 to 64"),
  ])
  func errorsNameTheirLine(toml: String, message: String) throws {
    let error = try #require(throws: SettingsError.self) { try WorkloadSettings(toml: toml, file: "bad.toml") }
    #expect(error.description.hasPrefix(message), "\(error)")
  }

  @Test func packetMixesAreParsedAndPrinted() throws {
    for text in ["40:7,576:4,1500:1", "40-64:2,512:1", "9000:1"] {
      #expect(try #require(PacketMix(text)).description == text)
    }
    for text in ["", "40:", ":1", "64-40:1", "0:1", "70000:1", "40:1,", "a:1", "40:1:1", "1-2-3:1"] {
      #expect(PacketMix(text) == nil, "\(text)")
    }
  }

  /// Changing a parameter changes the events of every workload that has the parameter.
  @Test(arguments: WorkloadCatalog.names)
  func everyParameterAffectsTheEvents(name: String) throws {
    let entry = try WorkloadCatalog.workload(name)
    func events(_ parameters: TrafficParameters) throws -> [UInt64] {
      var source = entry.make(parameters)
      var sums: [UInt64] = []
      for _ in 0..<400 {
        var batch: [AllocationEvent] = []
        try source.nextBatch(into: &batch)
        sums.append(batch.reduce(0) { $0 &* 31 &+ $1.time &+ UInt64($1.requestedBytes) &+ UInt64($1.cpu) })
      }
      return sums
    }
    let unchanged = try events(entry.defaults)
    var changed = entry.defaults
    changed.rate *= 3
    #expect(try events(changed) != unchanged)
    changed = entry.defaults
    changed.cpus = 1
    #expect(try events(changed) != unchanged)
    changed = entry.defaults
    changed.flows = 7
    #expect(try events(changed) != unchanged)
    if entry.defaults.sizes != nil {
      changed = entry.defaults
      changed.sizes = PacketMix(100...3000)
      #expect(try events(changed) != unchanged)
    }
    if let mtu = entry.defaults.mtu {
      changed = entry.defaults
      changed.mtu = mtu / 3
      #expect(try events(changed) != unchanged)
    }
    if let delay = entry.defaults.delay {
      changed = entry.defaults
      changed.delay = delay / 3
      #expect(try events(changed) != unchanged)
    }
  }

  /// Extreme values of the parameters still give events.
  @Test(arguments: WorkloadCatalog.names)
  func extremeParametersGiveEvents(name: String) throws {
    let entry = try WorkloadCatalog.workload(name)
    for (rate, flows, cpus, mtu, delay) in [
      (1.0, 1, 1, 68, 0), (1e8, 1_000_000, 64, 65_535, 100_000_000), (1e8, 1, 64, 68, 0), (1.0, 1000, 3, 1500, 1),
    ] {
      var parameters = entry.defaults
      (parameters.rate, parameters.flows, parameters.cpus) = (rate, flows, cpus)
      if parameters.mtu != nil { parameters.mtu = mtu }
      if parameters.delay != nil { parameters.delay = delay }
      if parameters.sizes != nil { parameters.sizes = PacketMix(1...PacketMix.largest) }
      var source = entry.make(parameters)
      var batch: [AllocationEvent] = []
      var count = 0
      for _ in 0..<20 {
        try source.nextBatch(into: &batch)
        count += batch.count
      }
      #expect(count >= 20 * 1024)
    }
  }
}
