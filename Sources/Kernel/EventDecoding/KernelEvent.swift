import Recordings
/// An event as the kernel's ring buffer holds it: addresses are still the kernel's own. It never leaves the recorder.
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
  /// What it is about.
  var subject = Subject.object

  /// What an event is about.
  enum Subject: Hashable {
    /// An object of the allocator, at `pointer`.
    case object
    /// A packet that ends; its head is at `pointer`.
    case packetEnd(PacketEnd)
    /// A packet that passes a device: its head is at `pointer`, and `requestedBytes` is its length.
    case packetLength
    /// A packet's data buffer at `pointer`: `requestedBytes` of its `allocatedBytes` are in use.
    case bufferUse
  }
}
