import Recordings
import SlabEngine

/// The engine caches that stand for a source's cache names, made when a name first occurs.
///
/// Each has the recorded stride.
/// A recorded cache serves one object size as a rule; where a name occurs with another size (kernels merge caches, and
/// several may share a name), each size gets a cache of its own, `name/size`.
struct PlayerCaches {
  private(set) var caches: [SlabCache] = []
  private let mover: ObjectMover
  /// Names of the caches whose objects may be moved.
  private let movable: Set<String>
  /// Per symbol: the first cache of that name and its size, which is all that a look-up needs as a rule.
  private var first: [(bytes: UInt32, cache: Int)] = []
  private var others: [Key: Int] = [:]
  private var ahead: [String: SlabCache] = [:]

  /// Names of the caches that serve requests by size as well.
  private let exported: Set<String>
  /// Names of the caches that share slabs with no other.
  private let performance: Set<String>
  /// Names of the call sites' own caches, by call site.
  private let ownNames: [String: String]
  /// Whether any call site has a cache of its own.
  let hasOwn: Bool
  /// Own caches by symbol of the call site and size; nil for sites without.
  private var own: [Key: Int?] = [:]
  /// Why a cache is not as the policy wants it; the first that was found.
  private(set) var problem: String?

  /// Makes none yet. `mover` moves the objects of those caches that the policy names as movable.
  init(mover: @escaping ObjectMover, policy: Policy) {
    self.mover = mover
    movable = Set(policy.movable)
    exported = Set(policy.export)
    performance = Set(policy.performance)
    ownNames = Dictionary(policy.own.map { ($0.site, $0.name) }, uniquingKeysWith: { first, _ in first })
    hasOwn = !policy.own.isEmpty
  }

  private func options(for name: String, stride: Int) -> CacheOptions {
    var options = CacheOptions(mover: movable.contains(name) ? mover : nil)
    // Alignment and metadata of the kernel's objects are part of the workload under every policy.
    options.minimumStride = stride
    if performance.contains(name) { options.flags.insert(.performance) }
    return options
  }

  private struct Key: Hashable {
    var symbol: UInt32
    var bytes: UInt32
  }

  /// Number of the cache that serves `bytes` bytes under a name; nil when the engine can't make one.
  @inline(__always)
  mutating func number(
    symbol: UInt32, bytes: UInt32, stride: UInt32, names: [String], engine: SlabEngine
  ) -> Int? {
    if Int(symbol) < first.count, first[Int(symbol)].bytes == bytes, first[Int(symbol)].cache >= 0 {
      return first[Int(symbol)].cache
    }
    return make(symbol: symbol, bytes: bytes, stride: stride, names: names, engine: engine)
  }

  /// Makes a cache before its name occurs.
  /// - Throws: `EngineError`.
  mutating func makeAhead(_ name: String, objectSize: Int, stride: Int, engine: SlabEngine) throws -> SlabCache {
    let cache = try engine.makeCache(name, objectSize: objectSize, options: options(for: name, stride: stride))
    export(cache, as: name, engine)
    ahead[name] = cache
    return cache
  }

  /// Number of the own cache of the call site that an event names; nil if it has none, or the engine can't make one.
  @inline(never)
  mutating func ownNumber(_ event: AllocationEvent, names: [String], engine: SlabEngine) -> Int? {
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
      note("\(unique), the own cache of \(names[Int(event.site)]), is missing: \(error)")
      own[key] = .some(nil)
      return nil
    }
  }

  /// Lets a cache serve requests by size, if the policy wants that.
  private mutating func export(_ cache: SlabCache, as name: String, _ engine: SlabEngine) {
    guard exported.contains(name) else { return }
    do { try engine.export(cache) } catch { note("\(name) is not exported: \(error)") }
  }

  private mutating func note(_ text: String) { problem = problem ?? text }

  @inline(never)
  private mutating func make(
    symbol: UInt32, bytes: UInt32, stride: UInt32, names: [String], engine: SlabEngine
  ) -> Int? {
    if let known = others[Key(symbol: symbol, bytes: bytes)] { return known }
    while first.count <= Int(symbol) { first.append((0, -1)) }
    let isFirst = first[Int(symbol)].cache < 0
    let name = names[Int(symbol)]
    if isFirst, let cache = ahead[name] {
      caches.append(cache)
      first[Int(symbol)] = (bytes, caches.count - 1)
      others[Key(symbol: symbol, bytes: bytes)] = caches.count - 1
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
    others[Key(symbol: symbol, bytes: bytes)] = caches.count - 1
    return caches.count - 1
  }
}
