/// Counts what `RecordingStatistics` needs of each event, in one pass. Everything that an event's shape says (its kind,
/// sizes, site and cache) is counted by shape, and told apart by `StatisticsNames` at the end; an event costs a few
/// additions.
struct StatisticsCollector: ~Copyable {
  /// What a shape means here.
  private struct Role: BitwiseCopyable {
    var requested = 0
    var allocated = 0
    var outcome = AllocationEvent.Outcome.failed
    /// Whether it is kmalloc or kfree.
    var isGeneral = false
    /// Whether its site or cache is one of socket buffers.
    var isSkb = false
  }

  /// A live object.
  private struct Object: BitwiseCopyable {
    var time: UInt64 = 0
    var shape: Int32 = -1
    var cpu: UInt16 = 0
  }

  /// What became of the events of one shape.
  struct Tally: BitwiseCopyable {
    var events = 0
    /// Of allocations: objects that were freed, that were freed unseen, and that live at the end.
    var paired = 0
    var overLive = 0
    var live = 0
  }

  private var roles: GrowingTable<Role>
  private var tallies: GrowingTable<Tally>
  private var objects = GrowingTable(repeating: Object())
  private var perCPU: GrowingTable<Int>
  private var lifetimes: GrowingTable<Int>
  /// `allocating CPU * cpus + freeing CPU`.
  private var pairsByCPU: GrowingTable<Int>
  private let cpus: Int
  /// Objects that ended with a known use, by the shape of their allocation (upper half) and the bytes in use.
  private(set) var uses: [UInt64: Int] = [:]
  private(set) var live = (objects: 0, requested: 0, allocated: 0)
  private(set) var peak = (objects: 0, requested: 0, allocated: 0)
  /// Numbers of the events, from 1, that first reached each peak.
  private(set) var peakEvents = (objects: 0, requested: 0, allocated: 0)
  private var events = 0
  /// Frees of objects that were allocated or are freed as socket buffers.
  private(set) var skbPairs = 0
  private(set) var pairsAcrossKinds = 0
  private(set) var crossCPU = 0
  private(set) var first: UInt64?
  private(set) var last: UInt64 = 0
  private(set) var backwards = 0

  /// CPUs beyond this are counted together in the matrix.
  static let mostCPUs = 256

  /// - Parameter isSkb: whether each shape is one of socket buffers.
  init(_ shapes: [Slabtrace.Shape], isSkb: [Bool], cpus: Int) {
    self.cpus = min(cpus, StatisticsCollector.mostCPUs)
    roles = GrowingTable(repeating: Role(), capacity: max(shapes.count, 1))
    tallies = GrowingTable(repeating: Tally(), capacity: max(shapes.count, 1))
    perCPU = GrowingTable(repeating: 0, capacity: max(cpus, 1))
    lifetimes = GrowingTable(repeating: 0, capacity: 65)
    pairsByCPU = GrowingTable(repeating: 0, capacity: self.cpus * self.cpus)
    lifetimes.reach(64)
    pairsByCPU.reach(self.cpus * self.cpus - 1)
    perCPU.reach(max(cpus, 1) - 1)
    for (number, shape) in shapes.enumerated() {
      roles.reach(number)
      tallies.reach(number)
      roles[number] = Role(
        requested: Int(shape.requestedBytes), allocated: Int(shape.allocatedBytes), outcome: shape.outcome,
        isGeneral: shape.kind == .kmalloc || shape.kind == .kfree, isSkb: isSkb[number])
    }
  }

  /// Counts an event, which a decoder has checked: its shape exists, its CPU is below the recording's count, its slot is
  /// live where it must be.
  @inline(__always)
  mutating func add(_ event: SlabtraceDecoder.RawEvent) {
    let role = roles[event.shape]
    tallies[event.shape].events += 1
    events += 1
    perCPU[Int(event.cpu)] += 1
    if event.time < last { backwards += 1 } else { last = event.time }
    if first == nil { (first, last) = (event.time, event.time) }
    switch role.outcome {
    case .allocated:
      objects.reach(Int(event.slot))
      begin(event, role)
    case .allocatedOverLive:
      if event.used > 0 { countUse(event) }
      end(objects[Int(event.slot)], \.overLive)
      begin(event, role)
    case .freed:
      if event.used > 0 { countUse(event) }
      pair(event, role)
    case .failed, .unmatched, .null, .zeroSize: break
    }
  }

  @inline(__always)
  private mutating func begin(_ event: SlabtraceDecoder.RawEvent, _ role: Role) {
    objects[Int(event.slot)] = Object(time: event.time, shape: Int32(truncatingIfNeeded: event.shape), cpu: event.cpu)
    live = (live.objects + 1, live.requested + role.requested, live.allocated + role.allocated)
    if live.objects > peak.objects { (peak.objects, peakEvents.objects) = (live.objects, events) }
    if live.requested > peak.requested { (peak.requested, peakEvents.requested) = (live.requested, events) }
    if live.allocated > peak.allocated { (peak.allocated, peakEvents.allocated) = (live.allocated, events) }
  }

  /// Counts the use of the object that ends. One that is more than was allocated can't be.
  @inline(never)
  private mutating func countUse(_ event: SlabtraceDecoder.RawEvent) {
    let shape = objects[Int(event.slot)].shape
    guard Int(event.used) <= roles[Int(shape)].allocated else { return }
    uses[UInt64(UInt32(bitPattern: shape)) << 32 | UInt64(event.used), default: 0] += 1
  }

  @inline(__always)
  private mutating func pair(_ event: SlabtraceDecoder.RawEvent, _ role: Role) {
    let object = objects[Int(event.slot)]
    let (from, to) = (min(Int(object.cpu), cpus - 1), min(Int(event.cpu), cpus - 1))
    pairsByCPU[from * cpus + to] += 1
    if object.cpu != event.cpu { crossCPU += 1 }
    if role.isSkb || roles[Int(object.shape)].isSkb { skbPairs += 1 }
    if roles[Int(object.shape)].isGeneral != role.isGeneral { pairsAcrossKinds += 1 }
    let lifetime = event.time > object.time ? event.time - object.time : 0
    lifetimes[UInt64.bitWidth - lifetime.leadingZeroBitCount] += 1
    end(object, \.paired)
    objects[Int(event.slot)].shape = -1
  }

  @inline(__always)
  private mutating func end(_ object: Object, _ fate: WritableKeyPath<Tally, Int>) {
    let role = roles[Int(object.shape)]
    tallies[Int(object.shape)][keyPath: fate] += 1
    live = (live.objects - 1, live.requested - role.requested, live.allocated - role.allocated)
  }

  // MARK: Results

  /// What became of each shape's events, live objects included.
  func finalTallies() -> [Tally] {
    var all = (0..<tallies.count).map { tallies[$0] }
    for slot in 0..<objects.count where objects[slot].shape >= 0 { all[Int(objects[slot].shape)].live += 1 }
    return all
  }

  /// Paired objects by the bits of their lifetime, and events by CPU, where there are any.
  var lifetimeLog2: [Int: Int] { StatisticsCollector.nonzero(lifetimes) }
  var eventsPerCPU: [Int: Int] { StatisticsCollector.nonzero(perCPU) }

  /// Entry `[a][f]`: objects that CPU `a` allocated and CPU `f` freed.
  var freesByCPU: [[Int]] {
    (0..<cpus).map { from in (0..<cpus).map { pairsByCPU[from * cpus + $0] } }
  }

  private static func nonzero(_ counts: borrowing GrowingTable<Int>) -> [Int: Int] {
    var result: [Int: Int] = [:]
    for index in 0..<counts.count where counts[index] > 0 { result[index] = counts[index] }
    return result
  }
}
