import Recordings

/// Map from the heads of packets to their data buffers, for kernels in which no BPF program can read the buffers.
///
/// `__alloc_skb()` allocates a head and, next on the same CPU, its data. The tracepoints of network devices report the address
/// of the head and the length of the packet. If the kernel takes a head from the NAPI skb cache of a CPU, there is no event,
/// and the data of the head are not known.
struct PacketData {
  /// Size in bytes of `struct skb_shared_info` in 64-bit kernels with the default of CONFIG_MAX_SKB_FRAGS, 17
  /// (include/linux/skbuff.h).
  static let sharedInfoBytes: UInt32 = 320
  /// Names of the caches of heads. An object of `skbuff_fclone_cache` contains a head and its clone, and the head is first.
  private static let headCaches: Set<String> = [PacketEnd.cacheName, "skbuff_fclone_cache"]
  private static let dataSites: Set<String> = ["__alloc_skb", "kmalloc_reserve", "__kmalloc_reserve"]
  /// Number of allocations of a CPU after that of a head in which the data are searched for.
  private static let searchedAllocations = 4

  private struct Head {
    var pointer: UInt64 = 0
    var allocationsLeft = 0
  }

  private struct Data {
    var slot: UInt32
    var generation: UInt32
  }

  /// Latest head whose data have not been found yet, indexed by CPU.
  private var waiting: [Head]
  /// Data buffers, by the address of the head.
  private var data: [UInt64: Data] = [:]
  /// Whether a symbol is the name of a cache of heads, indexed by symbol.
  private var isHead: [Bool] = []
  /// Whether a symbol is a call site that allocates data, indexed by symbol.
  private var isDataSite: [Bool] = []

  init(cpus: Int) { waiting = Array(repeating: Head(), count: cpus) }

  /// Adds an allocation.
  mutating func noteAllocation(
    _ event: AllocationEvent, pointer: UInt64, generation: UInt32, symbols: [String]
  ) {
    while isHead.count < symbols.count {
      isDataSite.append(PacketData.dataSites.contains(AllocatorCallSites.function(of: symbols[isHead.count])))
      isHead.append(PacketData.headCaches.contains(symbols[isHead.count]))
    }
    let cpu = Int(event.cpu)
    if event.kind == .kmemCacheAlloc, event.cache != AllocationEvent.noCache, isHead[Int(event.cache)] {
      data[pointer] = nil
      waiting[cpu] = Head(pointer: pointer, allocationsLeft: PacketData.searchedAllocations)
    } else if waiting[cpu].allocationsLeft > 0 {
      waiting[cpu].allocationsLeft -= 1
      guard isDataSite[Int(event.site)] else { return }
      data[waiting[cpu].pointer] = Data(slot: event.slot, generation: generation)
      waiting[cpu].allocationsLeft = 0
    }
  }

  /// Adds the length of a packet to the bytes in use of its data buffer.
  mutating func note(head: UInt64, length: UInt32, uses: inout LiveUsedBytes) {
    guard length > 0, let buffer = data[head] else { return }
    guard uses.generation(buffer.slot) == buffer.generation else {
      // The slot has another object now: the data and the packet were freed.
      data[head] = nil
      return
    }
    // If the sum exceeds the size of the buffer, it is ignored: an unknown part of the packet is in page fragments.
    let (used, overflow) = length.addingReportingOverflow(PacketData.sharedInfoBytes)
    if !overflow { uses.note(used, in: buffer.slot, bufferBytes: nil) }
  }

  /// Removes a packet that has ended. The kernel may use its head again without an event.
  mutating func noteEnd(head: UInt64) { data[head] = nil }
}
