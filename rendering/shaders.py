"""The GLSL programs, in the subset that every OpenGL since 2.1 has."""

SURFACE_VERTEX = """
uniform mat4 u_clip;
uniform mat4 u_view;
uniform vec2 u_depth_range;
attribute vec3 a_position;
attribute vec3 a_normal;
varying float v_shade;

void main() {
    gl_Position = u_clip * vec4(a_position, 1.0);
    vec3 position = (u_view * vec4(a_position, 1.0)).xyz;
    vec3 normal = mat3(u_view) * a_normal;
    float lengths = max(length(normal) * length(position), 1e-20);
    // A lamp at the eye: what it lights depends on nothing that rolling, or sliding the picture, changes. Normals of
    // CAD models point either way, so the sign is dropped.
    float facing = abs(dot(normal, position)) / lengths;
    float nearness = clamp((u_depth_range.y - position.z) / (u_depth_range.y - u_depth_range.x), 0.0, 1.0);
    float rim = 1.0 - facing;
    float light = 0.30 + 0.70 * facing - 0.16 * rim * rim * rim * rim;
    v_shade = light * mix(0.80, 1.0, nearness);
}
"""

SURFACE_FRAGMENT = """
varying float v_shade;

void main() {
    // 0 is kept for "nothing here".
    gl_FragColor = vec4(clamp(v_shade, 0.02, 1.0));
}
"""

FLAT_VERTEX = """
uniform mat4 u_clip;
attribute vec3 a_position;

void main() {
    gl_Position = u_clip * vec4(a_position, 1.0);
}
"""

FLAT_FRAGMENT = """
uniform float u_value;

void main() {
    gl_FragColor = vec4(u_value);
}
"""

LINE_VERTEX = """
uniform mat4 u_clip;
uniform vec2 u_size;
uniform float u_half_width;
uniform float u_near;
attribute vec3 a_start;
attribute vec3 a_end;
attribute vec2 a_corner;
varying float v_across;
varying float v_w;

void main() {
    vec4 start = u_clip * vec4(a_start, 1.0);
    vec4 end = u_clip * vec4(a_end, 1.0);
    // What lies behind the near plane has no place on the screen: cut the segment there before dividing by w.
    if (start.w < u_near && end.w > u_near) start = mix(start, end, (u_near - start.w) / (end.w - start.w));
    if (end.w < u_near && start.w > u_near) end = mix(end, start, (u_near - end.w) / (start.w - end.w));
    if (max(start.w, end.w) <= u_near) {
        gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
        v_across = 0.0;
        v_w = 1.0;
        return;
    }
    vec2 along = (end.xy / end.w - start.xy / start.w) * u_size;
    float extent = length(along);
    along = extent > 1e-6 ? along / extent : vec2(1.0, 0.0);
    vec2 across = vec2(-along.y, along.x);
    vec4 here = a_corner.x < 0.5 ? start : end;
    float reach = u_half_width + 0.5;
    vec2 shift = across * a_corner.y * reach + along * (a_corner.x - 0.5);
    gl_Position = here + vec4(shift * 2.0 / u_size * here.w, 0.0, 0.0);
    // Multiplied by w here and divided by it in the fragment: linear on the screen, not in space.
    v_across = a_corner.y * reach * here.w;
    v_w = here.w;
}
"""

LINE_FRAGMENT = """
uniform float u_half_width;
uniform float u_value;
uniform float u_opacity;
varying float v_across;
varying float v_w;

void main() {
    float coverage = clamp(u_half_width + 0.5 - abs(v_across / v_w), 0.0, 1.0);
    gl_FragColor = vec4(u_value, u_value, u_value, u_opacity * coverage);
}
"""
