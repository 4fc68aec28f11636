import Recordings
/// A kmem event as the kernel's ring buffer holds it: addresses are still the kernel's own. It never leaves the recorder.
struct KernelEvent {
  /// Nanoseconds of the trace clock.
  var time: UInt64
  var pointer: UInt64
  var site: UInt64
  var requestedBytes: UInt32 = 0
  var allocatedBytes: UInt32 = 0
  /// A symbol's number, or `AllocationEvent.noCache`.
  var cache = AllocationEvent.noCache
  var kind: AllocationEvent.Kind
  /// The tracepoint that reports the end of a packet; nil for an event of the allocator.
  var packetEnd: PacketEnd?
}
