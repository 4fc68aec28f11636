public import SlabEngine

/// How an engine is set up for a workload: a value that can be named, compared and played against another.
public struct Policy: Sendable, Hashable {
  public var name: String
  /// One line that says what it stands for.
  public var summary: String
  public var generalCacheSizes: [Int]
  public var orders: OrderPolicy

  /// kmalloc as it was in 2000.
  public static let powerOfTwo = Policy(
    name: "power-of-two", summary: "general caches of 2^n bytes, as in 2000",
    generalCacheSizes: EngineConfiguration.powersOfTwo, orders: OrderPolicy())

  /// The first answer in the mail's thread: 1.5 x 2^n between the powers of two.
  public static let oneAndAHalf = Policy(
    name: "one-and-a-half", summary: "general caches of 2^n and 1.5 x 2^n bytes",
    generalCacheSizes: (EngineConfiguration.powersOfTwo + (4...16).map { 3 << ($0 - 1) }).sorted(),
    orders: OrderPolicy())

  /// Today's kmalloc classes (Linux, mm/slab_common.c, kmalloc_info).
  public static let linux = Policy(
    name: "linux", summary: "today's kmalloc classes: 2^n, 96 and 192 bytes",
    generalCacheSizes: (EngineConfiguration.powersOfTwo.filter { $0 <= 8192 } + [96, 192]).sorted(),
    orders: OrderPolicy())

  /// Every preset, the default first.
  public static let presets = [powerOfTwo, oneAndAHalf, linux]

  /// The preset of this name.
  /// - Throws: `UnknownName`, which lists those there are.
  public static func named(_ name: String) throws(UnknownName) -> Policy {
    guard let policy = presets.first(where: { $0.name == name }) else {
      throw UnknownName(kind: "policy", name: name, known: presets.map(\.name))
    }
    return policy
  }

  /// The engine's configuration under this policy. It captures data, where the engine is built to.
  public func configuration(memoryBytes: Int, cpus: Int) -> EngineConfiguration {
    var configuration = EngineConfiguration(
      memoryBytes: memoryBytes, cpus: cpus, generalCacheSizes: generalCacheSizes, orders: orders)
    #if Capture
      configuration.capturesData = true
    #endif
    return configuration
  }
}
