package import Settings
import SlabEngine
import TextOutput
import Workloads

extension SweepPlan {
  private static let keys = [
    "name", "inputs", "policies", "memory", "pressure", "seeds", "events", "seconds", "cold",
  ]

  /// Reads the text of a plan file. The inputs and the policies are not opened.
  /// - Throws: `SettingsError` with file and line; for an unknown key it suggests the most similar known key.
  package init(toml: String, file: String) throws(SettingsError) {
    let table = try SettingsTable(toml: toml, file: file)
    try table.check(keys: SweepPlan.keys)
    guard let inputs = try table.strings("inputs"), !inputs.isEmpty else {
      throw table.error(
        "'inputs' is missing: list recordings and workloads, inputs = [\"x.slabtrace\", \"burst\"]", at: "inputs")
    }
    self.init(
      name: try table.string("name") ?? file.lastPathComponent.deletingPathExtension, file: file, inputs: inputs,
      policies: try table.strings("policies") ?? Policy.presets.map(\.name))
    guard !policies.isEmpty else {
      throw table.error("'policies' is empty; omit the key for all presets", at: "policies")
    }
    if let index = inputs.firstIndex(of: "-") {
      throw table.error(
        "entry \(index + 1) of 'inputs' is standard input, which tasks cannot share; name a file", at: "inputs")
    }
    memoryBytes = try SweepPlan.memory(table)
    pressures = try table.integers("pressure", in: 0...99) ?? pressures
    seeds = try table.integers("seeds", in: 0...Int.max)?.map(UInt64.init) ?? seeds
    startsEmpty = try table.boolean("cold") ?? false
    limit = try SweepPlan.limit(table)
    for (key, count) in [("pressure", pressures.count), ("seeds", seeds.count)] where count == 0 {
      throw table.error("'\(key)' is empty; omit the key for its default", at: key)
    }
    try checkRepetitions(table)
    try checkCellCount(table)
    for key in ["inputs", "policies"] { lines[key] = table.error("", at: key).line }
  }

  private static func memory(_ table: SettingsTable) throws(SettingsError) -> [Int] {
    var sizes: [Int] = []
    for (index, text) in (try table.strings("memory") ?? []).enumerated() {
      guard let bytes = ByteCount.parse(text) else {
        throw table.error("'memory' takes sizes such as \"64M\"; entry \(index + 1) is '\(text)'", at: "memory")
      }
      do {
        try Policy.standard.configuration(memoryBytes: bytes, cpus: 1).check()
      } catch {
        throw table.error("entry \(index + 1) of 'memory': \(error)", at: "memory")
      }
      sizes.append(bytes)
    }
    return sizes
  }

  private static func limit(_ table: SettingsTable) throws(SettingsError) -> Limit? {
    let events = try table.integer("events", in: 1...Int.max)
    let seconds = try table.number("seconds", in: 0.000001...1e9)
    guard events == nil || seconds == nil else {
      throw table.error("'events' and 'seconds' exclude each other; remove one of them", at: "seconds")
    }
    return events.map(Limit.events) ?? seconds.map(Limit.seconds)
  }

  /// Checks that no list names a value twice: the table would have two equal rows.
  private func checkRepetitions(_ table: SettingsTable) throws(SettingsError) {
    let lists = [
      ("inputs", inputs), ("policies", policies), ("memory", memoryBytes.map(String.init)),
      ("pressure", pressures.map(String.init)), ("seeds", seeds.map(String.init)),
    ]
    for (key, values) in lists {
      var positions: [String: Int] = [:]
      for (index, value) in values.enumerated() {
        if let first = positions.updateValue(index, forKey: value) {
          throw table.error("entries \(first + 1) and \(index + 1) of '\(key)' are equal; remove one of them", at: key)
        }
      }
    }
  }

  private func checkCellCount(_ table: SettingsTable) throws(SettingsError) {
    let counts = [inputs.count, policies.count, max(1, memoryBytes.count), pressures.count, seeds.count]
    let cells = counts.reduce(1.0) { $0 * Double($1) }
    guard cells <= Double(SweepPlan.maximumCells) else {
      throw table.error(
        "the plan has \(counts.map(String.init).joined(separator: " x ")) cells, expected at most \(SweepPlan.maximumCells); "
          + "split it into several plans", at: "inputs")
    }
  }

  /// Returns an error about an entry of a list of the plan, with the line of the list.
  package func error(_ problem: String, entry index: Int, of key: String) -> SweepError {
    SweepError("\(file)\(lines[key].map { ":\($0)" } ?? ""): entry \(index + 1) of '\(key)': \(problem)")
  }
}
