/// Number of bytes in use of the objects of a source, by the number of their allocation.
///
/// The kernel rounds the size of skb data up to a size class before it calls kmalloc (kmalloc_reserve in
/// net/core/skbuff.c), so that requested and allocated bytes are equal in every recording. A recorder that reads the buffers
/// reports the bytes in use when the object is freed, but a replay needs them when the object is allocated. Therefore all
/// events are read once before the replay, and the figures are stored here.
///
/// The bytes in use are a lower bound of the size that a caller has to request: a driver allocates a receive buffer before
/// it knows the length of the packet.
public struct UsedBytesByAllocation: Sendable {
  /// Alignment in bytes of `skb_shared_info`, which follows the data of an skb: SMP_CACHE_BYTES of 64-bit kernels
  /// (SKB_DATA_ALIGN in include/linux/skbuff.h).
  public static let alignment = 64

  /// Bytes in use, indexed by the number of the allocation; 0 if unknown.
  @usableFromInline var bytes: [UInt32] = []
  /// Number of objects whose bytes in use are known.
  public private(set) var count = 0

  /// Creates a map without figures.
  public init() {}

  /// Creates the map of a list of events.
  /// - Complexity: O(events).
  public init(of events: [AllocationEvent]) {
    var pass = Pass()
    for event in events {
      pass.add(event.outcome, slot: event.slot, allocatedBytes: event.allocatedBytes, used: event.usedBytes ?? 0)
    }
    self = pass.uses
  }

  /// Number of bytes in use of an object; nil if unknown.
  /// - Parameter allocation: Number of the allocation, from 0. Failed allocations are not counted.
  @inlinable @inline(__always)
  public subscript(allocation: Int) -> UInt32? {
    guard allocation < bytes.count, bytes[allocation] > 0 else { return nil }
    return bytes[allocation]
  }

  /// Returns the size that the caller would have had to request for the bytes in use of an object: the bytes in use,
  /// rounded up to a cache line, because `skb_shared_info` after the data is aligned to one. nil if unknown.
  @inlinable @inline(__always)
  public func neededBytes(_ allocation: Int) -> UInt32? {
    guard let used = self[allocation] else { return nil }
    return UsedBytesByAllocation.neededBytes(used: used)
  }

  /// Returns the size in bytes to request for a number of bytes in use: `used` rounded up to ``alignment``.
  @inlinable @inline(__always)
  public static func neededBytes(used: UInt32) -> UInt32 {
    let mask = UInt32(alignment - 1)
    return used > UInt32.max - mask ? used : (used + mask) & ~mask
  }

  /// Returns the figures of a part of the source, in which allocations have other numbers.
  /// - Parameters:
  ///   - first: Numbers that the first allocations of the part have in the source, in their order in the part.
  ///   - rest: Numbers that the other allocations of the part have in the source.
  package func renumbered(_ first: [Int], then rest: Range<Int>) -> UsedBytesByAllocation {
    var part = UsedBytesByAllocation()
    for (allocation, number) in first.enumerated() {
      if let used = self[number] { part.set(allocation, used) }
    }
    for number in rest.clamped(to: 0..<max(bytes.count, 1)) {
      if let used = self[number] { part.set(first.count + number - rest.lowerBound, used) }
    }
    return part
  }

  private mutating func set(_ allocation: Int, _ used: UInt32) {
    if bytes.count <= allocation {
      bytes.append(contentsOf: repeatElement(0, count: allocation + 1 - bytes.count))
    }
    bytes[allocation] = used
    count += 1
  }

  /// Reading of all events of a source, in order.
  struct Pass {
    private(set) var uses = UsedBytesByAllocation()
    private var allocations = 0
    /// Number and allocated bytes of the latest allocation in each slot.
    private var live: [(allocation: Int, bytes: UInt32)] = []

    /// Adds the next event. `used` is ignored if it is 0 or exceeds the allocated bytes.
    @inline(__always)
    mutating func add(_ outcome: AllocationEvent.Outcome, slot: UInt32, allocatedBytes: UInt32, used: UInt32) {
      switch outcome {
      case .allocatedOverLive:
        end(slot, used)
        begin(slot, allocatedBytes)
      case .allocated: begin(slot, allocatedBytes)
      case .freed: end(slot, used)
      case .failed, .unmatched, .null, .zeroSize: break
      }
    }

    @inline(__always)
    private mutating func begin(_ slot: UInt32, _ allocatedBytes: UInt32) {
      while live.count <= Int(slot) { live.append((0, 0)) }
      live[Int(slot)] = (allocations, allocatedBytes)
      allocations += 1
    }

    @inline(__always)
    private mutating func end(_ slot: UInt32, _ used: UInt32) {
      guard used > 0, Int(slot) < live.count, used <= live[Int(slot)].bytes else { return }
      uses.set(live[Int(slot)].allocation, used)
    }
  }
}
