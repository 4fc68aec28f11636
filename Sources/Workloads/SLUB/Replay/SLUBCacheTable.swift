import Recordings

/// Table that maps events to the caches of a model: by the name of the cache, or by the size of the request.
///
/// Several caches may have the same name. If a name occurs with several strides, the cache of each further stride is called
/// `name/stride`. The names in a recording are those after SLUB's merging; the caches of generated events are merged as SLUB
/// merges them.
struct SLUBCacheTable {
  private let mergesCaches: Bool
  /// Number of CPUs in SLUB's formula of page orders.
  private var cpus: Int
  private let classes: KmallocClassTable
  private let tuning: SLUBTuning
  /// Stride and cache of the first event of each symbol.
  private var bySymbol: [(stride: UInt32, cache: Int32)] = []
  private var byName: [String: Int32] = [:]
  /// Parameters that the recorded kernel reported, by cache name.
  private var recorded: [String: SLUBCacheLayout] = [:]
  /// Stride and page order of each cache of the recorded kernel, by name.
  private var recordedOrders: [String: (stride: Int, order: Int)] = [:]
  /// Variant of SLUB of the recorded kernel.
  private var recordedVariant = SLUBParameters.Variant.cpuSlabs
  private var flags: [Int32: SLUBCacheFlags] = [:]
  /// Kmalloc cache of each type and class, at type * number of classes + class; `none` before its first use.
  private var general: [Int32]
  /// Cache whose name is the symbol; `none` if unknown.
  private var namedBySymbol: [Int32] = []
  /// Index of the kmalloc type of the cache whose name is the symbol.
  private var kindBySymbol: [UInt8] = []

  init(_ classes: KmallocClassTable, tuning: SLUBTuning, mergesCaches: Bool, cpus: Int) {
    self.classes = classes
    self.tuning = tuning
    self.mergesCaches = mergesCaches
    self.cpus = cpus
    general = Array(repeating: SLUBModel.none, count: classes.sizes.count * KmallocKind.allCases.count)
  }

  /// Uses the parameters of the recorded kernel's caches instead of those computed by SLUB's formulas.
  mutating func useRecordedParameters(_ start: StartingState) {
    recordedVariant = start.variant
    for cache in start.caches {
      recordedOrders[cache.name] = (cache.stride, cache.order)
      if let layout = cache.layout { recorded[cache.name] = layout }
    }
    cpus = start.cpuCountFromOrders(default: cpus)
  }

  /// Returns the recorded page order of a cache; nil if the recording does not have the cache, or if the boot parameters of the
  /// replay change the order that SLUB's formula gives.
  ///
  /// A cache whose recorded order differs from that of the formula keeps it, because its order under other boot parameters is
  /// unknown.
  private func recordedOrder(_ name: String, stride: Int, parameters: SLUBParameters) -> Int? {
    guard let recorded = recordedOrders[name], recorded.stride == stride else { return nil }
    let usual = SLUBParameters(variant: parameters.variant).order(stride: stride, cpus: cpus)
    return recorded.order != usual || parameters.order(stride: stride, cpus: cpus) == usual ? recorded.order : nil
  }

  /// Returns whether the recorded page order of a cache differs from that of SLUB's formula, so that boot parameters do not
  /// change it.
  func hasUnexplainedOrder(_ layout: SLUBCacheLayout) -> Bool {
    guard let recorded = recordedOrders[layout.name], recorded.stride == layout.stride else { return false }
    return recorded.order != SLUBParameters().order(stride: layout.stride, cpus: cpus)
  }

  /// Returns the cache that serves an allocation; `none` if the page allocator serves it.
  @inline(__always)
  mutating func cache(for event: AllocationEvent, symbols: [String], model: inout SLUBModel) -> Int32 {
    if event.kind == .kmalloc {
      let bytes = classes.bytes(of: event)
      guard bytes <= classes.largest else { return SLUBModel.none }
      var index = classes.number(for: bytes)
      if event.cache != AllocationEvent.noCache, !classes.combinesKinds {
        index += kind(of: Int(event.cache), symbols) * classes.sizes.count
      }
      return general[index] >= 0 ? general[index] : makeGeneral(index, model: &model)
    }
    let symbol = Int(event.cache)
    if symbol < bySymbol.count, bySymbol[symbol].stride == event.allocatedBytes { return bySymbol[symbol].cache }
    return makeNamed(event, symbols: symbols, model: &model)
  }

  /// Returns the cache of a name; nil if there is none.
  func cache(named name: String) -> Int32? { byName[name] }

  /// Returns the cache whose name is the symbol; `none` if there is none yet.
  @inline(__always)
  mutating func cache(ofSymbol symbol: Int, _ symbols: [String]) -> Int32 {
    if symbol < namedBySymbol.count, namedBySymbol[symbol] >= 0 { return namedBySymbol[symbol] }
    while namedBySymbol.count <= symbol { namedBySymbol.append(SLUBModel.none) }
    namedBySymbol[symbol] = byName[symbols[symbol]] ?? SLUBModel.none
    return namedBySymbol[symbol]
  }

  /// Returns the index of the kmalloc type of the cache whose name is the symbol.
  @inline(__always)
  private mutating func kind(of symbol: Int, _ symbols: [String]) -> Int {
    while kindBySymbol.count < symbols.count {
      let kind = KmallocKind.parse(symbols[kindBySymbol.count])?.kind ?? .normal
      kindBySymbol.append(UInt8(KmallocKind.allCases.firstIndex(of: kind) ?? 0))
    }
    return Int(kindBySymbol[symbol])
  }

  @inline(never)
  private mutating func makeGeneral(_ index: Int, model: inout SLUBModel) -> Int32 {
    let (kind, number) = index.quotientAndRemainder(dividingBy: classes.sizes.count)
    return general(KmallocKind.allCases[kind], bytes: classes.sizes[number], model: &model)
  }

  /// Returns the size of the class that serves a request; nil if the page allocator serves it.
  func classSize(for bytes: Int) -> Int? {
    bytes <= classes.largest ? classes.sizes[classes.number(for: bytes)] : nil
  }

  /// Returns the kmalloc cache of a type that serves a request, and creates it if necessary.
  mutating func general(_ kind: KmallocKind, bytes: Int, model: inout SLUBModel) -> Int32 {
    let number = classes.number(for: bytes)
    let index = (KmallocKind.allCases.firstIndex(of: kind) ?? 0) * classes.sizes.count + number
    guard general[index] < 0 else { return general[index] }
    let size = classes.sizes[number]
    general[index] = make(kind.cacheName(bytes: size), objectSize: size, stride: size, model: &model)
    return general[index]
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
      // The object size is known from the first event; slabinfo shows only the stride.
      if !model.layouts[Int(cache)].isGeneral { model.layouts[Int(cache)].objectSize = min(objectSize, stride) }
    }
    return cache
  }

  /// Creates a cache, or returns the cache with which it merges.
  mutating func make(_ name: String, objectSize: Int, stride: Int, model: inout SLUBModel) -> Int32 {
    let newFlags = SLUBCacheFlags.ofCache(named: name)
    if mergesCaches, model.parameters.mergesCaches, let cache = mergeable(stride, newFlags, in: model) {
      byName[name] = cache
      return cache
    }
    let layout = layout(name, objectSize: objectSize, stride: stride, parameters: model.parameters)
    return add(layout, flags: newFlags, model: &model)
  }

  /// Returns the parameters of a cache: those of the recorded kernel, or those computed by SLUB's formulas.
  /// - Parameter isTuned: Whether to apply the tunables of the replay.
  func layout(
    _ name: String, objectSize: Int, stride: Int, parameters: SLUBParameters, isTuned: Bool = true
  ) -> SLUBCacheLayout {
    var layout = SLUBCacheLayout(
      name: name, objectSize: objectSize, stride: stride,
      sheafCapacity: SLUBCacheLayout.requestedSheafCapacity(name: name), parameters: parameters, cpus: cpus)
    let order = recordedOrder(name, stride: layout.stride, parameters: parameters)
    if let order, order != layout.order { layout.setOrder(order) }
    if let own = recorded[name], own.stride == layout.stride {
      layout.applyReported(own, isOfSameVariant: recordedVariant == parameters.variant, keepingOrder: order == nil)
    }
    layout.isGeneral = KmallocKind.parse(name) != nil
    if layout.isGeneral, let order = classes.orders[stride] { layout.setOrder(order) }
    if isTuned { tuning.apply(to: &layout) }
    return layout
  }

  /// Whether the kmalloc classes are those of the recorded kernel.
  var hasRecordedClasses: Bool { classes.areLinuxClasses }

  /// Returns the parameters that a cache had in the recorded kernel, without the tunables of the replay.
  func recordedLayout(of layout: SLUBCacheLayout, parameters: SLUBParameters) -> SLUBCacheLayout {
    self.layout(
      layout.name, objectSize: layout.objectSize, stride: layout.stride, parameters: parameters, isTuned: false)
  }

  /// Adds a cache with the given parameters and returns its number.
  mutating func add(_ layout: SLUBCacheLayout, flags newFlags: SLUBCacheFlags, model: inout SLUBModel) -> Int32 {
    let cache = model.addCache(layout)
    byName[layout.name] = cache
    flags[cache] = newFlags
    if let (kind, bytes) = KmallocKind.parse(layout.name), let number = classes.sizes.firstIndex(of: bytes) {
      general[(KmallocKind.allCases.firstIndex(of: kind) ?? 0) * classes.sizes.count + number] = cache
    }
    return cache
  }

  /// Returns the newest cache into which SLUB merges a new one; nil if there is none (find_mergeable).
  private func mergeable(_ stride: Int, _ newFlags: SLUBCacheFlags, in model: borrowing SLUBModel) -> Int32? {
    for cache in (0..<Int32(model.layouts.count)).reversed() {
      if model.layouts[Int(cache)].acceptsMerge(flags[cache] ?? [], stride: stride, flags: newFlags) { return cache }
    }
    return nil
  }
}
