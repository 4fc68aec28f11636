/// Bytes in use of a source's objects, by the number of their allocation.
///
/// The kernel rounds the size of skb data up to a class before it asks for them (kmalloc_reserve in net/core/skbuff.c), so that
/// requested and allocated bytes are equal in every recording. A recorder that reads the buffers knows how much of them was in
/// use, but not before the object ends; a replay wants to know it when the object is allocated. Hence a recording is read
/// through once, and the uses are kept here.
///
/// A use is a lower bound of the request that the caller had to make: a driver allocates a receive buffer before it knows the
/// packet's length.
public struct ObjectUses: Sendable {
  /// SMP_CACHE_BYTES of 64-bit kernels: the alignment of skb_shared_info behind the data (SKB_DATA_ALIGN, include/linux/skbuff.h).
  public static let alignment = 64

  /// 0 where the use is not known.
  private var bytes: [UInt32] = []
  /// Objects of which the use is known.
  public private(set) var count = 0

  /// No use is known.
  public init() {}

  /// The uses that a list of events tells of.
  /// - Complexity: O(events).
  public init(of events: [AllocationEvent]) {
    var pass = Pass()
    for event in events {
      pass.add(event.outcome, slot: event.slot, allocatedBytes: event.allocatedBytes, used: event.usedBytes ?? 0)
    }
    self = pass.uses
  }

  /// Bytes in use of the object of an allocation, counted from 0 without failed ones; nil if not known.
  @inline(__always)
  public subscript(allocation: Int) -> UInt32? {
    guard allocation < bytes.count, bytes[allocation] > 0 else { return nil }
    return bytes[allocation]
  }

  /// Bytes that a caller would have had to request for what it used: the use, up to the next cache line, because that is where
  /// the kernel's record behind the data begins. nil if the use is not known.
  @inline(__always)
  public func neededBytes(_ allocation: Int) -> UInt32? { self[allocation].map(ObjectUses.neededBytes) }

  /// Bytes that a caller would have had to request for a use.
  @inline(__always)
  public static func neededBytes(used: UInt32) -> UInt32 {
    let mask = UInt32(alignment - 1)
    return used > UInt32.max - mask ? used : (used + mask) & ~mask
  }

  private mutating func set(_ allocation: Int, _ used: UInt32) {
    if bytes.count <= allocation {
      bytes.append(contentsOf: repeatElement(0, count: allocation + 1 - bytes.count))
    }
    bytes[allocation] = used
    count += 1
  }

  /// A pass over events in their order.
  struct Pass {
    private(set) var uses = ObjectUses()
    private var allocations = 0
    /// By slot: the number of the allocation, and its allocated bytes.
    private var live: [(allocation: Int, bytes: UInt32)] = []

    /// Takes in the next event; a use of 0, or of more than was allocated, is not known.
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
