/// Sizes of socket buffers in Linux 6.18 on x86-64, in bytes. Each constant names its kernel source file.
package enum SkbLayout {
  /// `sizeof(struct skb_shared_info)`, aligned to a cache line, at the end of every data buffer
  /// (include/linux/skbuff.h).
  package static let sharedInfoBytes = 320
  /// SKB_SMALL_HEAD_CACHE_SIZE: size of an object of skbuff_small_head, including the shared info (net/core/skbuff.c).
  package static let smallHeadBytes = 576
  /// NET_SKB_PAD: headroom that drivers leave before a received packet (include/linux/skbuff.h).
  package static let receivePad = 64
  /// Headroom of a sent datagram: LL_RESERVED_SPACE of Ethernet (include/linux/netdevice.h), 15 bytes for its alignment
  /// (net/ipv4/ip_output.c, __ip_append_data), and the IPv4 and UDP headers.
  package static let datagramHeadroom = 16 + 15 + datagramHeaders
  /// IPv4 and UDP headers.
  package static let datagramHeaders = 20 + 8
  /// MAX_TCP_HEADER: size of the linear part of a TCP packet, whose payload is in page fragments (include/net/tcp.h).
  package static let tcpHeaderBytes = 256
  /// ETH_HLEN: Ethernet header (include/uapi/linux/if_ether.h).
  package static let ethernetHeaderBytes = 14
  /// SMP_CACHE_BYTES: alignment of SKB_DATA_ALIGN (include/linux/skbuff.h).
  package static let cacheLineBytes = 64
  /// GSO_LEGACY_MAX_SIZE: maximum payload of a segment before segmentation (include/linux/netdevice.h).
  package static let largestSegment = 65536

  /// Returns the size of a data buffer with the given headroom and payload, aligned, plus the shared info.
  ///
  /// The kernel rounds this size up to a kmalloc class before the request (kmalloc_reserve in net/core/skbuff.c), so
  /// recordings show the rounded size. The model requests the exact size, so that the rounding of other size classes
  /// can be compared.
  package static func dataBytes(headroom: Int, payload: Int) -> Int {
    (headroom + payload + cacheLineBytes - 1) & ~(cacheLineBytes - 1) + sharedInfoBytes
  }

  /// Returns the number of bytes of a data buffer that are in use: head room, payload and shared info, without the
  /// padding between them.
  package static func usedBytes(headroom: Int, payload: Int) -> Int { headroom + payload + sharedInfoBytes }

  /// Returns the size of the kmalloc class that serves a request (mm/slab_common.c); for more than 8192 bytes, the next
  /// power of two, because whole pages serve the request.
  package static func kmallocBytes(_ bytes: Int) -> Int {
    if bytes > 64, bytes <= 96 { return 96 }
    if bytes > 128, bytes <= 192 { return 192 }
    return bytes <= 8 ? 8 : 1 << (Int.bitWidth - (bytes - 1).leadingZeroBitCount)
  }
}
