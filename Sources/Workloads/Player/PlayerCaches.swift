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

  /// Makes none yet. `mover` moves the objects of those caches that have one of the names in `movable`.
  init(mover: @escaping ObjectMover, movable: [String]) {
    self.mover = mover
    self.movable = Set(movable)
  }

  private func options(for name: String, stride: Int) -> CacheOptions {
    var options = CacheOptions(mover: movable.contains(name) ? mover : nil)
    // Alignment and metadata of the kernel's objects are part of the workload under every policy.
    options.minimumStride = stride
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
    ahead[name] = cache
    return cache
  }

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
    caches.append(cache)
    if isFirst { first[Int(symbol)] = (bytes, caches.count - 1) }
    others[Key(symbol: symbol, bytes: bytes)] = caches.count - 1
    return caches.count - 1
  }
}
