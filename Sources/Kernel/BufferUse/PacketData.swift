import Recordings

/// Which data buffer belongs to which packet, where no program reads the buffers: __alloc_skb() allocates a head, and next on
/// the same CPU its data. Tracepoints of the network name a packet by the address of its head, and say its length.
///
/// Of a head that the kernel took from a CPU's NAPI cache without an event, the data are not known.
struct PacketData {
  /// Bytes of struct skb_shared_info behind the data: 64-bit kernels with CONFIG_MAX_SKB_FRAGS at its default of 17
  /// (include/linux/skbuff.h).
  static let sharedInfoBytes: UInt32 = 320
  /// Caches of heads; of one that lies in an object with a clone, the packet's own head comes first.
  private static let headCaches: Set<String> = [PacketEnd.cacheName, "skbuff_fclone_cache"]
  private static let dataSites: Set<String> = ["__alloc_skb", "kmalloc_reserve", "__kmalloc_reserve"]
  /// Allocations of a CPU after a head, among which its data are looked for.
  private static let reach = 4

  private struct Head {
    var pointer: UInt64 = 0
    var allocationsLeft = 0
  }

  private struct Data {
    var slot: UInt32
    var generation: UInt32
  }

  /// By CPU: the head whose data are yet to come.
  private var waiting: [Head]
  private var data: [UInt64: Data] = [:]
  /// By symbol: whether it is the name of a cache of heads, and whether it is a call site at which data are allocated.
  private var isHead: [Bool] = []
  private var isDataSite: [Bool] = []

  init(cpus: Int) { waiting = Array(repeating: Head(), count: cpus) }

  /// Notes an allocation that was recorded.
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
      waiting[cpu] = Head(pointer: pointer, allocationsLeft: PacketData.reach)
    } else if waiting[cpu].allocationsLeft > 0 {
      waiting[cpu].allocationsLeft -= 1
      guard isDataSite[Int(event.site)] else { return }
      data[waiting[cpu].pointer] = Data(slot: event.slot, generation: generation)
      waiting[cpu].allocationsLeft = 0
    }
  }

  /// Notes a packet's length.
  mutating func note(head: UInt64, length: UInt32, uses: inout LiveUses) {
    guard length > 0, let buffer = data[head] else { return }
    guard uses.generation(buffer.slot) == buffer.generation else {
      // The data were freed, and so was the packet.
      data[head] = nil
      return
    }
    // Of a longer packet, an unknown part lies in page fragments.
    let (used, overflow) = length.addingReportingOverflow(PacketData.sharedInfoBytes)
    if !overflow { uses.note(used, in: buffer.slot, bufferBytes: nil) }
  }

  /// Notes that a packet ended: its head may be used again unseen.
  mutating func noteEnd(head: UInt64) { data[head] = nil }
}
