import Recordings

/// Writes down what the network stack would allocate and free, as events: packets come and go through it.
///
/// Call sites are those that recordings of Linux 6.18 show for the same acts.
struct SkbEmitter {
  /// Events since the last batch was taken.
  private(set) var events: [AllocationEvent] = []
  /// Microseconds since the workload began.
  private(set) var time: UInt64 = 0
  private var slots = SlotAllocator()
  /// References to each data buffer, by slot: dataref of struct skb_shared_info.
  private var references: [UInt8] = []
  private var fraction = 0.0

  static let symbols = [
    "skbuff_head_cache", "skbuff_small_head", "__alloc_skb", "kmalloc_reserve", "skb_release_data", "kfree_skbmem",
    "skb_clone",
  ]

  private enum Symbol: UInt32 {
    case headCache, smallHead, allocate, reserve, releaseData, freeHead, clone
  }

  /// Lets time pass.
  mutating func advance(microseconds: Double) {
    fraction += microseconds
    let whole = fraction.rounded(.down)
    time += UInt64(whole)
    fraction -= whole
  }

  /// Lets time pass up to a moment, if that is not past.
  mutating func advance(to moment: UInt64) { time = max(time, moment) }

  /// alloc_skb: a head, and a data buffer for a payload behind some headroom.
  mutating func allocate(headroom: Int, payload: Int, cpu: UInt16) -> SkBuff {
    let head = allocateHead(site: .allocate, cpu: cpu)
    let bytes = SkbLayout.dataBytes(headroom: headroom, payload: payload)
    let isSmall = bytes <= SkbLayout.smallHeadBytes
    let data = slots.take()
    let requested = UInt32(isSmall ? SkbLayout.smallHeadBytes : bytes)
    emit(
      isSmall ? .kmemCacheAlloc : .kmalloc, .allocated, slot: data, requested: requested,
      allocated: isSmall ? requested : UInt32(SkbLayout.kmallocBytes(bytes)), site: .reserve,
      cache: isSmall ? .smallHead : nil, cpu: cpu)
    while references.count <= Int(data) { references.append(0) }
    references[Int(data)] = 1
    return SkBuff(head: head, data: data, dataBytes: bytes, isSmallHead: isSmall)
  }

  /// skb_clone: another head for the same data, as a tap or a retransmit queue takes one.
  mutating func clone(_ buffer: SkBuff, cpu: UInt16) -> SkBuff {
    references[Int(buffer.data)] += 1
    return SkBuff(
      head: allocateHead(site: .clone, cpu: cpu), data: buffer.data, dataBytes: buffer.dataBytes,
      isSmallHead: buffer.isSmallHead)
  }

  /// kfree_skb: the data when nobody else refers to it, then the head.
  mutating func free(_ buffer: SkBuff, cpu: UInt16) {
    references[Int(buffer.data)] -= 1
    if references[Int(buffer.data)] == 0 {
      emit(
        buffer.isSmallHead ? .kmemCacheFree : .kfree, .freed, slot: buffer.data, site: .releaseData,
        cache: buffer.isSmallHead ? .smallHead : nil, cpu: cpu)
      slots.give(buffer.data)
    }
    emit(.kmemCacheFree, .freed, slot: buffer.head, site: .freeHead, cache: .headCache, cpu: cpu)
    slots.give(buffer.head)
  }

  /// Hands over the events since the last time.
  mutating func take(into batch: inout [AllocationEvent]) {
    swap(&batch, &events)
    events.removeAll(keepingCapacity: true)
  }

  private mutating func allocateHead(site: Symbol, cpu: UInt16) -> UInt32 {
    let head = slots.take()
    emit(
      .kmemCacheAlloc, .allocated, slot: head, requested: UInt32(SkbLayout.headBytes),
      allocated: UInt32(SkbLayout.headStride), site: site, cache: .headCache, cpu: cpu)
    return head
  }

  private mutating func emit(
    _ kind: AllocationEvent.Kind, _ outcome: AllocationEvent.Outcome, slot: UInt32, requested: UInt32 = 0,
    allocated: UInt32 = 0, site: Symbol, cache: Symbol?, cpu: UInt16
  ) {
    events.append(
      AllocationEvent(
        time: time, slot: slot, requestedBytes: requested, allocatedBytes: allocated, site: site.rawValue,
        cache: cache?.rawValue ?? AllocationEvent.noCache, cpu: cpu, kind: kind, outcome: outcome))
  }
}
