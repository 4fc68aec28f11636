import Recordings
import SlabEngine

/// The engine's caches for the cache names of a source, created when a name first occurs, with the recorded stride.
///
/// A recorded name usually has one object size. If it occurs with another size (kernels merge caches, and several caches may have the
/// same name), a cache `name/size` is created for that size.
struct PlayerCaches {
  private(set) var caches: [SlabCache] = []
  private let mover: ObjectMover
  /// Names of the caches whose objects may be moved.
  private let movable: Set<String>
  /// Object size and index of the first cache of each symbol; enough for most look-ups.
  private var first: [(bytes: UInt32, cache: Int)] = []
  /// Index of every cache.
  private var numbers: [Key: Int] = [:]
  /// Caches that were created before their name occurred.
  private var madeInAdvance: [String: SlabCache] = [:]

  /// Names of the caches that also serve requests by size.
  private let exported: Set<String>
  /// Names of the caches that do not share slabs.
  private let performance: Set<String>
  /// Names of the caches that are used by one call site instead of kmalloc, by call site.
  private let ownNames: [String: String]
  /// Whether any call site has its own cache.
  let hasOwnCaches: Bool
  /// Index of the cache of each call site and size; nil for call sites without a cache.
  private var own: [Key: Int?] = [:]
  /// Description of the first cache that could not be set up as the policy demands; nil if all could.
  private(set) var problem: String?

  /// - Parameters:
  ///   - mover: moves objects of the movable caches.
  ///   - movable: names of the caches whose objects may be moved.
  init(mover: @escaping ObjectMover, policy: Policy, movable: Set<String>) {
    self.mover = mover
    self.movable = movable
    exported = Set(policy.export)
    performance = Set(policy.performance)
    ownNames = Dictionary(policy.own.map { ($0.site, $0.name) }, uniquingKeysWith: { first, _ in first })
    hasOwnCaches = !policy.own.isEmpty
  }

  private func options(for name: String, stride: Int) -> CacheOptions {
    var options = CacheOptions(mover: movable.contains(name) ? mover : nil)
    // Alignment and debug metadata of the kernel's objects are part of the workload under every policy.
    options.minimumStride = stride
    if performance.contains(name) { options.flags.insert(.performance) }
    return options
  }

  private struct Key: Hashable {
    var symbol: UInt32
    var bytes: UInt32
  }

  /// Returns the index of the cache for a name and an object size, and creates the cache if necessary; nil if the engine cannot create
  /// it.
  @inline(__always)
  mutating func number(
    symbol: UInt32, bytes: UInt32, stride: UInt32, names: [String], engine: SlabEngine
  ) -> Int? {
    if Int(symbol) < first.count, first[Int(symbol)].bytes == bytes, first[Int(symbol)].cache >= 0 {
      return first[Int(symbol)].cache
    }
    return make(symbol: symbol, bytes: bytes, stride: stride, names: names, engine: engine)
  }

  /// Creates a cache before its name occurs.
  /// - Throws: `EngineError`.
  mutating func makeInAdvance(_ name: String, objectSize: Int, stride: Int, engine: SlabEngine) throws -> SlabCache {
    let cache = try engine.makeCache(name, objectSize: objectSize, options: options(for: name, stride: stride))
    export(cache, as: name, engine)
    madeInAdvance[name] = cache
    return cache
  }

  /// Returns the index of the cache of an event's call site, and creates the cache if necessary; nil if the call site has none, or if the
  /// engine cannot create it.
  @inline(never)
  mutating func ownCacheNumber(_ event: AllocationEvent, names: [String], engine: SlabEngine) -> Int? {
    let key = Key(symbol: event.site, bytes: event.requestedBytes)
    if let known = own[key] { return known }
    guard let name = ownNames[names[Int(event.site)]] else {
      own[key] = .some(nil)
      return nil
    }
    let bytes = Int(max(event.requestedBytes, 1))
    let unique = engine.cache(named: name) == nil ? name : "\(name)/\(bytes)"
    do {
      caches.append(try engine.makeCache(unique, objectSize: bytes, options: options(for: name, stride: 0)))
      own[key] = caches.count - 1
      export(caches[caches.count - 1], as: unique, engine)
      return caches.count - 1
    } catch {
      report("cache \(unique) of call site \(names[Int(event.site)]) cannot be created: \(error)")
      own[key] = .some(nil)
      return nil
    }
  }

  /// Makes a cache serve requests by size, if the policy demands it.
  private mutating func export(_ cache: SlabCache, as name: String, _ engine: SlabEngine) {
    guard exported.contains(name) else { return }
    do { try engine.export(cache) } catch { report("\(name) is not exported: \(error)") }
  }

  private mutating func report(_ text: String) { problem = problem ?? text }

  @inline(never)
  private mutating func make(
    symbol: UInt32, bytes: UInt32, stride: UInt32, names: [String], engine: SlabEngine
  ) -> Int? {
    if let known = numbers[Key(symbol: symbol, bytes: bytes)] { return known }
    while first.count <= Int(symbol) { first.append((0, -1)) }
    let isFirst = first[Int(symbol)].cache < 0
    let name = names[Int(symbol)]
    if isFirst, let cache = madeInAdvance[name] {
      caches.append(cache)
      first[Int(symbol)] = (bytes, caches.count - 1)
      numbers[Key(symbol: symbol, bytes: bytes)] = caches.count - 1
      return caches.count - 1
    }
    let unique = isFirst && engine.cache(named: name) == nil ? name : "\(name)/\(bytes)"
    let options = options(for: name, stride: Int(stride))
    guard let cache = try? engine.makeCache(unique, objectSize: Int(max(bytes, 1)), options: options) else {
      return nil
    }
    if isFirst { export(cache, as: name, engine) }
    caches.append(cache)
    if isFirst { first[Int(symbol)] = (bytes, caches.count - 1) }
    numbers[Key(symbol: symbol, bytes: bytes)] = caches.count - 1
    return caches.count - 1
  }
}
