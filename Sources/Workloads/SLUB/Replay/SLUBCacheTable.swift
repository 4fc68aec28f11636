import Recordings

/// Which of a model's caches serves an event: by its cache's name, or by its size.
///
/// A name serves one stride as a rule. Where it occurs with another one (several caches may share a name), each stride has
/// a cache of its own, `name/stride`. Names of a recording are those that the kernel has after merging; names of a generator
/// are merged as SLUB would.
struct SLUBCacheTable {
  private let mergesCaches: Bool
  /// CPUs by which SLUB's formula decides page orders.
  private var cpus: Int
  private let classes: GeneralClasses
  private let tuning: SLUBTuning
  /// Of each symbol: the stride that it first occurred with, and the cache.
  private var bySymbol: [(stride: UInt32, cache: Int32)] = []
  private var byName: [String: Int32] = [:]
  /// Parameters that the recorded kernel reported, by the cache's name, and its version of SLUB.
  private var recorded: [String: SLUBCacheLayout] = [:]
  /// The page order of each cache of the recorded kernel, by its name, and the stride that it belongs to.
  private var recordedOrders: [String: (stride: Int, order: Int)] = [:]
  private var recordedVariant = SLUBParameters.Variant.cpuSlabs
  private var flags: [Int32: SLUBCacheFlags] = [:]
  /// Of each kind and class of kmalloc, at kind * classes + class.
  private var general: [Int32]
  /// The cache that each symbol names, if it is known.
  private var namedBySymbol: [Int32] = []
  /// Of each symbol: the kind of kmalloc that it names.
  private var kindBySymbol: [UInt8] = []

  init(_ classes: GeneralClasses, tuning: SLUBTuning, mergesCaches: Bool, cpus: Int) {
    self.classes = classes
    self.tuning = tuning
    self.mergesCaches = mergesCaches
    self.cpus = cpus
    general = Array(repeating: SLUBModel.none, count: classes.sizes.count * KmallocKind.allCases.count)
  }

  /// Takes caches' parameters from a recorded kernel in place of SLUB's formulas.
  mutating func setRecorded(_ start: StartingState) {
    recordedVariant = start.variant
    for cache in start.caches {
      recordedOrders[cache.name] = (cache.stride, cache.order)
      if let layout = cache.layout { recorded[cache.name] = layout }
    }
    cpus = start.cpusOfOrders(besides: cpus)
  }

  /// The page order of the recorded kernel's slabs, unless boot parameters that are tried change the order that SLUB's
  /// formula gives. nil if there is no such cache, or if its order changes.
  ///
  /// A cache whose recorded order is not that of the formula keeps it, since there is no telling what it would be otherwise.
  private func recordedOrder(_ name: String, stride: Int, parameters: SLUBParameters) -> Int? {
    guard let recorded = recordedOrders[name], recorded.stride == stride else { return nil }
    let usual = SLUBParameters(variant: parameters.variant).order(stride: stride, cpus: cpus)
    return recorded.order != usual || parameters.order(stride: stride, cpus: cpus) == usual ? recorded.order : nil
  }

  /// Whether the page order of a cache is another than SLUB's formula gives, so that no boot parameter that is tried changes it.
  func hasUnexplainedOrder(_ layout: SLUBCacheLayout) -> Bool {
    guard let recorded = recordedOrders[layout.name], recorded.stride == layout.stride else { return false }
    return recorded.order != SLUBParameters().order(stride: layout.stride, cpus: cpus)
  }

  /// The cache that serves an allocation; `none` if the page allocator does.
  @inline(__always)
  mutating func cache(for event: AllocationEvent, symbols: [String], model: inout SLUBModel) -> Int32 {
    if event.kind == .kmalloc {
      let bytes = classes.bytes(of: event)
      guard bytes <= classes.largest else { return SLUBModel.none }
      var place = classes.number(for: bytes)
      if event.cache != AllocationEvent.noCache, !classes.joinsKinds {
        place += kind(of: Int(event.cache), symbols) * classes.sizes.count
      }
      return general[place] >= 0 ? general[place] : makeGeneral(place, model: &model)
    }
    let symbol = Int(event.cache)
    if symbol < bySymbol.count, bySymbol[symbol].stride == event.allocatedBytes { return bySymbol[symbol].cache }
    return makeNamed(event, symbols: symbols, model: &model)
  }

  /// The cache of this name; nil if there is none.
  func cache(named name: String) -> Int32? { byName[name] }

  /// The cache that a symbol names; `none` if there is none yet.
  @inline(__always)
  mutating func cache(ofSymbol symbol: Int, _ symbols: [String]) -> Int32 {
    if symbol < namedBySymbol.count, namedBySymbol[symbol] >= 0 { return namedBySymbol[symbol] }
    while namedBySymbol.count <= symbol { namedBySymbol.append(SLUBModel.none) }
    namedBySymbol[symbol] = byName[symbols[symbol]] ?? SLUBModel.none
    return namedBySymbol[symbol]
  }

  /// The number of the kind of kmalloc cache that a symbol names.
  @inline(__always)
  private mutating func kind(of symbol: Int, _ symbols: [String]) -> Int {
    while kindBySymbol.count < symbols.count {
      let kind = KmallocKind.parse(symbols[kindBySymbol.count])?.kind ?? .normal
      kindBySymbol.append(UInt8(KmallocKind.allCases.firstIndex(of: kind) ?? 0))
    }
    return Int(kindBySymbol[symbol])
  }

  @inline(never)
  private mutating func makeGeneral(_ place: Int, model: inout SLUBModel) -> Int32 {
    let (kind, number) = place.quotientAndRemainder(dividingBy: classes.sizes.count)
    return general(KmallocKind.allCases[kind], bytes: classes.sizes[number], model: &model)
  }

  /// The size of the class that serves requests of so many bytes; nil if the page allocator does.
  func classSize(for bytes: Int) -> Int? {
    bytes <= classes.largest ? classes.sizes[classes.number(for: bytes)] : nil
  }

  /// The cache of a kind and class of kmalloc, made if there is none.
  mutating func general(_ kind: KmallocKind, bytes: Int, model: inout SLUBModel) -> Int32 {
    let number = classes.number(for: bytes)
    let place = (KmallocKind.allCases.firstIndex(of: kind) ?? 0) * classes.sizes.count + number
    guard general[place] < 0 else { return general[place] }
    let size = classes.sizes[number]
    general[place] = make(kind.cacheName(bytes: size), objectSize: size, stride: size, model: &model)
    return general[place]
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
      cache = byName[unique] ?? make(unique, objectSize: objectSize, stride: stride, model: &model)
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
    let layout = layout(name, objectSize: objectSize, stride: stride, parameters: model.parameters)
    return add(layout, flags: newFlags, model: &model)
  }

  /// The parameters that a cache of this name has: the recorded kernel's, or by SLUB's formulas; tuned or not.
  func layout(
    _ name: String, objectSize: Int, stride: Int, parameters: SLUBParameters, isTuned: Bool = true
  ) -> SLUBCacheLayout {
    var layout = SLUBCacheLayout(
      name: name, objectSize: objectSize, stride: stride,
      sheafCapacity: SLUBCacheLayout.requestedSheafCapacity(name: name), parameters: parameters, cpus: cpus)
    let order = recordedOrder(name, stride: layout.stride, parameters: parameters)
    if let order, order != layout.order { layout.setOrder(order) }
    if let own = recorded[name], own.stride == layout.stride {
      layout.adopt(own, isOfSameVariant: recordedVariant == parameters.variant, keepingOrder: order == nil)
    }
    layout.isGeneral = KmallocKind.parse(name) != nil
    if layout.isGeneral, let order = classes.orders[stride] { layout.setOrder(order) }
    if isTuned { tuning.apply(to: &layout) }
    return layout
  }

  /// Whether kmalloc's classes are those of the recorded kernel.
  var hasRecordedClasses: Bool { classes.areRecorded }

  /// The parameters that a cache had in the recorded kernel, or has by SLUB's formulas, without what is tuned.
  func recordedLayout(of layout: SLUBCacheLayout, parameters: SLUBParameters) -> SLUBCacheLayout {
    self.layout(
      layout.name, objectSize: layout.objectSize, stride: layout.stride, parameters: parameters, isTuned: false)
  }

  /// Adds a cache with parameters that are known.
  mutating func add(_ layout: SLUBCacheLayout, flags newFlags: SLUBCacheFlags, model: inout SLUBModel) -> Int32 {
    let cache = model.addCache(layout)
    byName[layout.name] = cache
    flags[cache] = newFlags
    if let (kind, bytes) = KmallocKind.parse(layout.name), let number = classes.sizes.firstIndex(of: bytes) {
      general[(KmallocKind.allCases.firstIndex(of: kind) ?? 0) * classes.sizes.count + number] = cache
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
