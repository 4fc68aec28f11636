import Recordings

/// Which of a model's caches serves an event: by its cache's name, or by its size.
///
/// A name serves one stride as a rule. Where it occurs with another one (several caches may share a name), each stride has
/// a cache of its own, `name/stride`. Names of a recording are those that the kernel has after merging; names of a generator
/// are merged as SLUB would.
struct SLUBCacheTable {
  private let mergesCaches: Bool
  private let cpus: Int
  /// Of each symbol: the stride that it first occurred with, and the cache.
  private var bySymbol: [(stride: UInt32, cache: Int32)] = []
  private var byName: [String: Int32] = [:]
  private var flags: [Int32: SLUBCacheFlags] = [:]
  /// Of each class of kmalloc.
  private var general = [Int32](repeating: SLUBModel.none, count: KmallocClasses.sizes.count)

  init(mergesCaches: Bool, cpus: Int) {
    self.mergesCaches = mergesCaches
    self.cpus = cpus
  }

  /// The cache that serves an allocation of up to `KmallocClasses.largest` bytes, or of a named cache.
  @inline(__always)
  mutating func cache(for event: AllocationEvent, symbols: [String], model: inout SLUBModel) -> Int32 {
    if event.cache == AllocationEvent.noCache {
      let number = KmallocClasses.number(for: Int(max(event.requestedBytes, event.allocatedBytes)))
      return general[number] >= 0 ? general[number] : makeGeneral(number, model: &model)
    }
    let symbol = Int(event.cache)
    if symbol < bySymbol.count, bySymbol[symbol].stride == event.allocatedBytes { return bySymbol[symbol].cache }
    return makeNamed(event, symbols: symbols, model: &model)
  }

  /// The cache of this name; nil if there is none.
  func cache(named name: String) -> Int32? { byName[name] }

  /// Every cache by name.
  var names: Dictionary<String, Int32>.Keys { byName.keys }

  @inline(never)
  private mutating func makeGeneral(_ number: Int, model: inout SLUBModel) -> Int32 {
    let size = KmallocClasses.sizes[number]
    general[number] = make(KmallocClasses.name(size), objectSize: size, stride: size, model: &model)
    return general[number]
  }

  @inline(never)
  private mutating func makeNamed(_ event: AllocationEvent, symbols: [String], model: inout SLUBModel) -> Int32 {
    let (symbol, name) = (Int(event.cache), symbols[Int(event.cache)])
    let (objectSize, stride) = (Int(max(event.requestedBytes, 1)), Int(max(event.allocatedBytes, 8)))
    while bySymbol.count <= symbol { bySymbol.append((0, SLUBModel.none)) }
    let isFirst = bySymbol[symbol].cache < 0
    var cache = byName[name] ?? SLUBModel.none
    if cache < 0 || model.layouts[Int(cache)].stride != stride {
      let unique = byName[name] == nil ? name : "\(name)/\(stride)"
      let size = KmallocClasses.size(named: name) ?? objectSize
      cache = byName[unique] ?? make(unique, objectSize: size, stride: stride, model: &model)
    }
    if isFirst {
      bySymbol[symbol] = (event.allocatedBytes, cache)
      // slabinfo has told the stride only.
      if !model.layouts[Int(cache)].isGeneral { model.layouts[Int(cache)].objectSize = min(objectSize, stride) }
    }
    return cache
  }

  /// Makes a cache, or finds one that it merges with.
  mutating func make(_ name: String, objectSize: Int, stride: Int, model: inout SLUBModel) -> Int32 {
    let newFlags = SLUBCacheFlags.ofCache(named: name)
    if mergesCaches, model.parameters.mergesCaches, let cache = mergeable(stride, newFlags, in: model) {
      byName[name] = cache
      return cache
    }
    var layout = SLUBCacheLayout(
      name: name, objectSize: objectSize, stride: stride,
      sheafCapacity: SLUBCacheLayout.requestedSheafCapacity(name: name), parameters: model.parameters, cpus: cpus)
    layout.isGeneral = newFlags.contains(.kmalloc)
    return add(layout, flags: newFlags, model: &model)
  }

  /// Adds a cache with parameters that are known.
  mutating func add(_ layout: SLUBCacheLayout, flags newFlags: SLUBCacheFlags, model: inout SLUBModel) -> Int32 {
    let cache = model.addCache(layout)
    byName[layout.name] = cache
    flags[cache] = newFlags
    if let size = KmallocClasses.size(named: layout.name), layout.name == KmallocClasses.name(size),
      let number = KmallocClasses.sizes.firstIndex(of: size)
    {
      general[number] = cache
    }
    return cache
  }

  /// The newest cache that a new one may be merged into, as SLUB searches them.
  private func mergeable(_ stride: Int, _ newFlags: SLUBCacheFlags, in model: borrowing SLUBModel) -> Int32? {
    for cache in (0..<Int32(model.layouts.count)).reversed() {
      if model.layouts[Int(cache)].acceptsMerge(flags[cache] ?? [], stride: stride, flags: newFlags) { return cache }
    }
    return nil
  }
}
