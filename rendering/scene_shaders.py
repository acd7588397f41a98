"""GLSL for demo photos: matt and glossy surfaces, one light with soft shadows, light from above, fog, sky."""

PICTURE_VERTEX = """
uniform mat4 u_clip;
attribute vec3 a_position;
attribute vec3 a_normal;
attribute vec3 a_colour;
attribute float a_gloss;
attribute vec2 a_uv;
varying vec3 v_position;
varying vec3 v_normal;
varying vec3 v_colour;
varying float v_gloss;
varying vec2 v_uv;

void main() {
    v_position = a_position;
    v_normal = a_normal;
    v_colour = a_colour;
    v_gloss = a_gloss;
    v_uv = a_uv;
    gl_Position = u_clip * vec4(a_position, 1.0);
}
"""

PICTURE_FRAGMENT = """
uniform vec3 u_eye;
uniform vec3 u_light;
uniform vec3 u_light_colour;
uniform vec3 u_above_colour;
uniform vec3 u_below_colour;
uniform vec3 u_air_colour;
uniform float u_air_loss;
uniform float u_texel;
uniform float u_reach;
uniform float u_textured;
uniform sampler2D u_texture;
uniform mat4 u_key_matrix;
uniform sampler2D u_key_map;
uniform mat4 u_above_matrix;
uniform sampler2D u_above_map;
varying vec3 v_position;
varying vec3 v_normal;
varying vec3 v_colour;
varying float v_gloss;
varying vec2 v_uv;

float unpacked(vec4 colour) {
    return dot(colour.rgb, vec3(1.0, 1.0 / 255.0, 1.0 / 65025.0));
}

// The part of seven places round about, on a disc of `radius` texels turned from pixel to pixel, that the light sees.
float lit(sampler2D map, mat4 matrix, vec3 normal, float radius, float bias) {
    vec3 place = (matrix * vec4(v_position + normal * bias, 1.0)).xyz * 0.5 + 0.5;
    if (any(lessThan(place.xy, vec2(0.01))) || any(greaterThan(place.xy, vec2(0.99)))) return 1.0;
    float turn = 6.2832 * fract(52.9829 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
    vec2 step_x = radius * u_texel * vec2(cos(turn), sin(turn));
    vec2 step_y = vec2(-step_x.y, step_x.x);
    float depth = place.z - 0.0015;
    float sum = 0.0;
    // A spiral of equal areas: the k-th place is at sqrt((k + 0.5) / 7), turned by the golden angle.
    sum += step(depth, unpacked(texture2D(map, place.xy + 0.267 * step_x)));
    sum += step(depth, unpacked(texture2D(map, place.xy - 0.341 * step_x + 0.313 * step_y)));
    sum += step(depth, unpacked(texture2D(map, place.xy + 0.052 * step_x - 0.595 * step_y)));
    sum += step(depth, unpacked(texture2D(map, place.xy + 0.430 * step_x + 0.561 * step_y)));
    sum += step(depth, unpacked(texture2D(map, place.xy - 0.790 * step_x - 0.139 * step_y)));
    sum += step(depth, unpacked(texture2D(map, place.xy + 0.748 * step_x - 0.475 * step_y)));
    sum += step(depth, unpacked(texture2D(map, place.xy - 0.250 * step_x + 0.930 * step_y)));
    return sum / 7.0;
}

void main() {
    vec3 to_eye = u_eye - v_position;
    float away = length(to_eye);
    to_eye /= away;
    vec3 normal = normalize(v_normal);
    if (dot(normal, to_eye) < 0.0) normal = -normal;

    vec3 colour = v_colour;
    if (u_textured > 0.5) colour *= texture2D(u_texture, v_uv).rgb;
    colour *= colour;  // near enough to linear light

    float towards = max(dot(normal, u_light), 0.0);
    float sun = towards > 0.0 ? lit(u_key_map, u_key_matrix, normal, 3.5, 0.0035 * u_reach) : 0.0;
    float roofless = lit(u_above_map, u_above_matrix, normal, 26.0, 0.006 * u_reach);
    float open = mix(1.0, roofless, 0.30 + 0.45 * max(normal.z, 0.0));

    vec3 around = mix(u_below_colour, u_above_colour, 0.5 + 0.5 * normal.z) * open;
    vec3 light = around + u_light_colour * towards * sun;
    vec3 halfway = normalize(u_light + to_eye);
    float shine = pow(max(dot(normal, halfway), 0.0), 8.0 + 170.0 * v_gloss * v_gloss) * sun;
    float edge = 1.0 - max(dot(normal, to_eye), 0.0);
    edge *= edge;
    edge *= edge;
    vec3 mirrored = reflect(-to_eye, normal);
    vec3 surroundings = mix(u_below_colour, u_above_colour, smoothstep(-0.25, 0.35, mirrored.z));
    vec3 seen = colour * light * (1.0 - 0.35 * v_gloss)
        + v_gloss * (0.55 * shine * u_light_colour + (0.10 + 0.55 * edge) * surroundings * open);

    float kept = exp(-u_air_loss * away);
    seen = mix(u_air_colour * u_air_colour, seen, kept);
    seen = seen / (1.0 + 0.22 * max(seen - 0.35, 0.0));
    gl_FragColor = vec4(sqrt(seen), 1.0);
}
"""

PLAIN_VERTEX = """
uniform mat4 u_clip;
attribute vec3 a_position;
attribute float a_owner;
varying float v_owner;

void main() {
    v_owner = a_owner;
    gl_Position = u_clip * vec4(a_position, 1.0);
}
"""

PLAIN_FRAGMENT = """
varying float v_owner;

void main() {
    // Base 255, each digit rounded down to what eight bits hold exactly.
    vec3 digits = fract(gl_FragCoord.z * vec3(1.0, 255.0, 65025.0));
    digits.xy -= digits.yz / 255.0;
    gl_FragColor = vec4(digits, v_owner / 255.0);
}
"""

SKY_VERTEX = """
attribute vec2 a_corner;
varying vec2 v_corner;

void main() {
    v_corner = a_corner;
    gl_Position = vec4(a_corner, 0.99999, 1.0);
}
"""

SKY_FRAGMENT = """
uniform vec2 u_ray_scale;
uniform vec2 u_ray_centre;
uniform mat3 u_world_camera;
uniform vec3 u_horizon;
uniform vec3 u_zenith;
uniform vec3 u_air_colour;
uniform float u_air;
uniform float u_clouds;
uniform sampler2D u_texture;
varying vec2 v_corner;

void main() {
    vec3 ray = normalize(u_world_camera * vec3(v_corner * u_ray_scale + u_ray_centre, 1.0));
    float height = clamp(ray.z, 0.0, 1.0);
    vec3 colour = mix(u_horizon, u_zenith, pow(height, 0.55));
    vec2 place = ray.xy / (abs(ray.z) + 0.35);
    float cloud = 0.6 * texture2D(u_texture, place * 0.55).r + 0.4 * texture2D(u_texture, place * 1.3 + 0.37).r;
    colour = mix(colour, vec3(0.97, 0.97, 0.96), u_clouds * smoothstep(0.42, 0.72, cloud));
    gl_FragColor = vec4(mix(colour, u_air_colour, u_air), 1.0);
}
"""
