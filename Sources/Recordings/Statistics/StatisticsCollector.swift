/// Counter of the events of a recording for `RecordingStatistics`. It counts by shape, which takes a few additions for each
/// event; `StatisticsNames` converts the counts to counts by kind, size, call site and cache at the end.
struct StatisticsCollector: ~Copyable {
  /// Properties of a shape.
  private struct ShapeProperties: BitwiseCopyable {
    var requested = 0
    var allocated = 0
    var outcome = AllocationEvent.Outcome.failed
    /// Whether the event is a kmalloc or a kfree.
    var isGeneral = false
    /// Whether the call site or the cache belongs to socket buffers.
    var isSkb = false
  }

  /// Live object.
  private struct Object: BitwiseCopyable {
    var time: UInt64 = 0
    var shape: Int32 = -1
    var cpu: UInt16 = 0
  }

  /// Counts of a shape.
  struct Tally: BitwiseCopyable {
    var events = 0
    /// Number of objects of this shape that a free ended.
    var paired = 0
    /// Number of objects of this shape that a later allocation at the same address ended.
    var overLive = 0
    /// Number of objects of this shape that are live at the end.
    var live = 0
  }

  /// Properties of the shapes, indexed by shape.
  private var shapes: GrowingTable<ShapeProperties>
  /// Counts of the shapes, indexed by shape.
  private var tallies: GrowingTable<Tally>
  /// Live objects, indexed by slot.
  private var objects = GrowingTable(repeating: Object())
  private var perCPU: GrowingTable<Int>
  private var lifetimes: GrowingTable<Int>
  /// Number of paired objects, indexed by `allocating CPU * cpus + freeing CPU`.
  private var pairsByCPU: GrowingTable<Int>
  private let cpus: Int
  /// Number of objects that ended with known bytes in use. The upper half of a key is the shape of the allocation, the lower
  /// half the bytes in use.
  private(set) var uses: [UInt64: Int] = [:]
  private(set) var live = (objects: 0, requested: 0, allocated: 0)
  private(set) var peak = (objects: 0, requested: 0, allocated: 0)
  /// Numbers of the events, from 1, that first reached each peak.
  private(set) var peakEvents = (objects: 0, requested: 0, allocated: 0)
  private var events = 0
  /// Number of paired frees of socket buffers, by the shape of the free or of the allocation.
  private(set) var skbPairs = 0
  private(set) var pairsAcrossKinds = 0
  private(set) var crossCPU = 0
  private(set) var first: UInt64?
  private(set) var last: UInt64 = 0
  private(set) var backwards = 0

  /// Maximum number of CPUs in the matrix of allocating and freeing CPUs. CPUs with higher numbers are counted as the last.
  static let mostCPUs = 256

  /// Creates a collector for a recording.
  /// - Parameters:
  ///   - shapes: Shapes of the recording.
  ///   - isSkb: Whether the events of each shape belong to socket buffers.
  ///   - cpus: Number of CPUs.
  init(_ shapes: [Slabtrace.Shape], isSkb: [Bool], cpus: Int) {
    self.cpus = min(cpus, StatisticsCollector.mostCPUs)
    self.shapes = GrowingTable(repeating: ShapeProperties(), capacity: max(shapes.count, 1))
    tallies = GrowingTable(repeating: Tally(), capacity: max(shapes.count, 1))
    perCPU = GrowingTable(repeating: 0, capacity: max(cpus, 1))
    lifetimes = GrowingTable(repeating: 0, capacity: 65)
    pairsByCPU = GrowingTable(repeating: 0, capacity: self.cpus * self.cpus)
    lifetimes.reach(64)
    pairsByCPU.reach(self.cpus * self.cpus - 1)
    perCPU.reach(max(cpus, 1) - 1)
    for (number, shape) in shapes.enumerated() {
      self.shapes.reach(number)
      tallies.reach(number)
      self.shapes[number] = ShapeProperties(
        requested: Int(shape.requestedBytes), allocated: Int(shape.allocatedBytes), outcome: shape.outcome,
        isGeneral: shape.kind == .kmalloc || shape.kind == .kfree, isSkb: isSkb[number])
    }
  }

  /// Counts an event. The decoder has verified that its shape and CPU exist and that its slot has a live object if needed.
  @inline(__always)
  mutating func add(_ event: SlabtraceDecoder.RawEvent) {
    let shape = shapes[event.shape]
    tallies[event.shape].events += 1
    events += 1
    perCPU[Int(event.cpu)] += 1
    if event.time < last { backwards += 1 } else { last = event.time }
    if first == nil { (first, last) = (event.time, event.time) }
    switch shape.outcome {
    case .allocated:
      objects.reach(Int(event.slot))
      beginObject(event, shape)
    case .allocatedOverLive:
      if event.used > 0 { countUsedBytes(event) }
      endObject(objects[Int(event.slot)], \.overLive)
      beginObject(event, shape)
    case .freed:
      if event.used > 0 { countUsedBytes(event) }
      countPairedFree(event, shape)
    case .failed, .unmatched, .null, .zeroSize: break
    }
  }

  @inline(__always)
  private mutating func beginObject(_ event: SlabtraceDecoder.RawEvent, _ properties: ShapeProperties) {
    objects[Int(event.slot)] = Object(time: event.time, shape: Int32(truncatingIfNeeded: event.shape), cpu: event.cpu)
    live = (live.objects + 1, live.requested + properties.requested, live.allocated + properties.allocated)
    if live.objects > peak.objects { (peak.objects, peakEvents.objects) = (live.objects, events) }
    if live.requested > peak.requested { (peak.requested, peakEvents.requested) = (live.requested, events) }
    if live.allocated > peak.allocated { (peak.allocated, peakEvents.allocated) = (live.allocated, events) }
  }

  /// Counts the bytes in use of the object that ends. They are ignored if they exceed the allocated bytes.
  @inline(never)
  private mutating func countUsedBytes(_ event: SlabtraceDecoder.RawEvent) {
    let shape = objects[Int(event.slot)].shape
    guard Int(event.used) <= shapes[Int(shape)].allocated else { return }
    uses[UInt64(UInt32(bitPattern: shape)) << 32 | UInt64(event.used), default: 0] += 1
  }

  @inline(__always)
  private mutating func countPairedFree(_ event: SlabtraceDecoder.RawEvent, _ properties: ShapeProperties) {
    let object = objects[Int(event.slot)]
    let (from, to) = (min(Int(object.cpu), cpus - 1), min(Int(event.cpu), cpus - 1))
    pairsByCPU[from * cpus + to] += 1
    if object.cpu != event.cpu { crossCPU += 1 }
    if properties.isSkb || shapes[Int(object.shape)].isSkb { skbPairs += 1 }
    if shapes[Int(object.shape)].isGeneral != properties.isGeneral { pairsAcrossKinds += 1 }
    let lifetime = event.time > object.time ? event.time - object.time : 0
    lifetimes[UInt64.bitWidth - lifetime.leadingZeroBitCount] += 1
    endObject(object, \.paired)
    objects[Int(event.slot)].shape = -1
  }

  @inline(__always)
  private mutating func endObject(_ object: Object, _ count: WritableKeyPath<Tally, Int>) {
    let properties = shapes[Int(object.shape)]
    tallies[Int(object.shape)][keyPath: count] += 1
    live = (live.objects - 1, live.requested - properties.requested, live.allocated - properties.allocated)
  }

  // MARK: Results

  /// Returns the counts of all shapes, including the live objects.
  func finalTallies() -> [Tally] {
    var all = (0..<tallies.count).map { tallies[$0] }
    for slot in 0..<objects.count where objects[slot].shape >= 0 { all[Int(objects[slot].shape)].live += 1 }
    return all
  }

  /// Number of paired objects by the number of bits of their lifetime. Buckets without objects are absent.
  var lifetimeLog2: [Int: Int] { StatisticsCollector.nonzero(lifetimes) }
  /// Number of events by CPU. CPUs without events are absent.
  var eventsPerCPU: [Int: Int] { StatisticsCollector.nonzero(perCPU) }

  /// Number of paired objects: entry `[a][f]` for those that CPU `a` allocated and CPU `f` freed.
  var freesByCPU: [[Int]] {
    (0..<cpus).map { from in (0..<cpus).map { pairsByCPU[from * cpus + $0] } }
  }

  private static func nonzero(_ counts: borrowing GrowingTable<Int>) -> [Int: Int] {
    var result: [Int: Int] = [:]
    for index in 0..<counts.count where counts[index] > 0 { result[index] = counts[index] }
    return result
  }
}
