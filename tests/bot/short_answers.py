"""Short answers side by side: what must count as the same, and what must never.

Tables only; tests/bot/test_grading.py reads them. A line is ``accepted | typed`` (several typed
ones may follow), so a new pair is a new line.
"""


def _table(text: str) -> list[tuple[str, str]]:
    """Return ``(accepted, typed)`` for each typed answer of each line."""
    pairs = []
    for line in text.strip().splitlines():
        accepted, *typed = (part.strip() for part in line.split(" | "))
        pairs += [(accepted, other) for other in typed]
    return pairs


SAME = _table(r"""
Adam | adam | ADAM | "Adam" | `Adam` | “Adam” | 'adam' | Adam. | Adam! | Adam? | ( Adam ) | ﻿Adam
AdamW | adamw | ADAMW | the AdamW | 𝐀𝐝𝐚𝐦𝐖
batch normalisation | batch normalization | Batch-Normalisation | batch_normalization
batch normalisation | batch‑normalisation | batch–normalization | Batch   Normalization
batch normalisation | the batch normalisations
batch norm | batch-norm | Batch Norm | batch_norm | BATCH NORM. | the batch norms
layer normalization | layer normalisation | Layer-Normalisation
non-maximum suppression | non maximum suppression | non–maximum suppression
non-maximum suppression | Non-Maximum Suppression
reparameterisation trick | reparameterization trick
reparameterisation trick | reparametrization trick | reparametrisation trick
reparameterisation trick | the reparameterization trick
reparameterisation trick | “Reparameterisation trick” | reparameterization tricks
re-parameterisation | re-parameterization | re parametrization | re—parametrisation
regularisation | regularization | Regularization: | a regularisation
overparameterised | overparameterized | overparametrized
optimiser | optimizer | optimizers | the optimiser | an optimizer
initialisation | initialization | initialisations
quantisation-aware training | quantization-aware training | Quantization aware training
tokeniser | tokenizer | tokenizers | a tokeniser
vectorised | vectorized
normalising flow | normalizing flow | normalizing flows | Normalising-Flows
generalisation gap | generalization gap | the generalization gap
expectation maximisation | expectation maximization | expectation-maximization
discretised | discretized
label smoothing | label-smoothing | label_smoothing | Label Smoothing
mislabelled examples | mislabeled examples | a mislabeled example
modelling | modeling
nearest neighbour | nearest neighbor | nearest neighbors | Nearest-Neighbours
behaviour cloning | behavior cloning | behavioUr cloning
colour jitter | color jitter | Color-Jitter
neighbourhood | neighborhood | neighborhoods
grey level | gray level
centre crop | center crop | Center-Crop | the centre crops
centred | centered
catalogue | catalog
analyse | analyze
learnt embeddings | learned embeddings | a learned embedding
data leakage | Data Leakage | "data leakage" | data-leakage | data leakage…
naive Bayes | naïve Bayes | Naive Bayes | naïve-Bayes
Bayes' theorem | Bayes theorem | bayes’ theorem
Nesterov's momentum | Nesterov momentum | Nesterov’s momentum
cross-entropy | cross entropy | Cross‐Entropy | the cross-entropy | cross_entropy
cross-entropy loss | cross entropy losses
k-means | k means | K-means | k_means
k-nearest neighbours | k nearest neighbors | K-Nearest Neighbour
t-SNE | t SNE | T-sne | t–SNE
L2 norm | l2 norm | L₂ norm | L_2 norm | ℓ₂ norm | $\ell_2$ norm | $L_2$-norm | L2-norm | l_{2} norm
top-5 accuracy | top 5 accuracy | Top-5 accuracy.
8-bit quantisation | 8 bit quantization
GPT-2 | GPT 2 | gpt-2
vanishing gradient | vanishing gradients | the vanishing gradient
exploding gradients | exploding gradient
gate | gates | a gate | the gates
loss | losses | the loss | LOSS
bias | biases | a bias
class | classes
batch | batches
cache | caches
box | boxes
matrix | matrices
index | indices
axis | axes
vertex | vertices
query | queries
entropy | entropies
GAN | GANs | a GAN | gans
RNN | RNNs | an RNN
GPU | GPUs | gpus
ReLU | ReLUs | relu | a ReLU
GRU | GRUs
hypothesis | hypotheses
weights and biases | weight & bias
precision and recall | precision & recall
it increases | it increase | It increases.
beta | β | \beta | $\beta$ | Beta | betas
β1 | β₁ | \beta_1 | beta_1 | beta 1 | beta1 | $\beta_1$ | \beta_{1} | Beta_1
μ and σ | mu and sigma | $\mu$ and $\sigma$ | µ and σ
epsilon | ε | ϵ | \epsilon | \varepsilon
phi | φ | ϕ | \varphi
λ | lambda | \lambda
α-divergence | alpha divergence | alpha-divergence | $\alpha$-divergence
β-VAE | beta-VAE | beta VAE
2β | 2 beta | 2\beta | 2 β
√d | sqrt(d) | \sqrt{d} | sqrt d | $\sqrt{d}$ | √(d) | √ d
√d_k | the √d_k | sqrt(d_k) | \sqrt{d_k} | √(d_k) | √dₖ | $\sqrt{d_{k}}$
1/√d_k | 1/sqrt(d_k) | \frac{1}{\sqrt{d_k}} | 1 / √d_k | $\frac{1}{\sqrt{d_k}}$
1/n | \frac{1}{n} | 1 / n | 1/(n) | \dfrac{1}{n}
n² | n^2 | n**2 | n^{2} | $n^2$ | n ^ 2
10⁶ | 10^6 | 10^{6} | 10**6
O(n²) | O(n^2) | O(n**2) | $O(n^2)$ | \mathcal{O}(n^2) | O( n² ) | o(n^2)
O(n log n) | O(n \log n) | $O(n\log n)$ | O(n log(n)) | O(n  log n)
log₂ n | log_2 n | log2 n | \log_2 n | log2(n) | log_2(n)
θ_{t+1} | \theta_{t+1} | θₜ₊₁ | $\theta_{t + 1}$ | theta_{t+1}
x - y | x-y | x − y | x–y | $x - y$
x + y | x+y | $x+y$
1 - p | 1-p | 1−p
n - 1 | n-1 | n−1
-log p | the -log p | −log p | -log(p) | $-\log p$ | -\log(p)
e^{-x} | e^-x | e^(-x) | e⁻ˣ
w·x + b | w*x + b | w \cdot x + b | w × x+b
x ≤ y | x <= y | x \le y | x \leq y
x → y | x -> y | x \to y
3×3 convolution | 3x3 convolution | 3 x 3 convolution | 3*3 convolutions
\|w\|_2 | ||w||_2 | ‖w‖₂
p(x|y) | p( x|y ) | P(X|Y)
softmax(x) | Softmax(x) | \mathrm{softmax}(x) | \operatorname{softmax}(x) | softmax( x )
f'(x) | f’(x) | f′(x)
d_model | d_{model} | d-model | d model
5% | 5 % | 5%.
state of the art | state-of-the-art | State–of–the–art
mean, variance | mean,variance | mean , variance
a minus b | A minus b
""")
"""Harmless variants: each typed answer counts as the accepted one."""

DIFFERENT = _table(r"""
l1 | l2 | L_2 | L₂ | ℓ₂ | l11 | l
L1 regularisation | L2 regularisation | L1 normalisation
Adam | AdamW | Adamax | Nadam | Adagrad | Ada | Adam and SGD | not Adam | RAdam | SGD
AdamW | Adam W | Adam | Adam with weight decay
increases | decreases | increased loss | does not increase | not increases
it increases | it decreases | it doesn't increase | it never increases
batch norm | layer norm | group norm | batch form | norm | batch normalised by layer norm
batch normalisation | layer normalisation | weight normalisation | batch standardisation
dropout | dropconnect | drop | droppath | no dropout | dropout and weight decay
0.01 | 0.001 | 0.1 | .001 | 1.01 | -0.01 | 001
1e-3 | 1e-4 | 1e3 | e-3
O(n log n) | O(n^2 log n) | O(n) | O(log n) | O(n log^2 n) | O(n log m) | O(n/log n) | Ω(n log n)
O(n²) | O(n^3) | O(n2) | O(2n) | O(2^n) | O(n) | O(n²+n)
relu | gelu | elu | selu | prelu | leaky relu | silu | not relu
lstm | gru | rnn | bi-lstm | blstm
x+y | x-y | x*y | x/y | xy | x^y | y+x | x y
x-y | x y | y-x | x+y | xy
n-1 | n+1 | n 1 | n | n1
n - 1 | 1 - n
1-p | 1+p | p | 1p | p-1 | -p
reward - baseline | reward baseline | reward + baseline | baseline - reward
mean squared error | mean absolute error | root mean squared error | squared error
precision | recall | accuracy | precision and recall | average precision
precision - recall | precision recall | precision/recall
sensitivity | specificity
true positive | false positive | true negative
type I error | type II error
overfitting | underfitting | not overfitting
underflow | overflow
encoder | decoder | autoencoder | encoder decoder
generator | discriminator
convex | concave | non-convex | nonconvex | not convex
linear | nonlinear | non-linear | bilinear
supervised | unsupervised | self-supervised | semi-supervised
parametric | non-parametric | nonparametric
stationary | non-stationary
row | column
maximum | minimum
argmax | argmin | max
max pooling | mean pooling | min pooling | average pooling
pre-norm | post-norm | norm
key | query | value
keys | queries
β1 | β2 | β | α1 | β^1 | β11
β₁ | β₂ | β¹
\beta_1 | \beta_2 | \beta^1
alpha | beta
mu | nu
σ | σ^2 | σ²
sigma squared | sigma
√d | d | d^2 | √(2d) | √n | 1/√d
√d_k | √d_v | √d | d_k | √(d+k) | 1/√d_k | √(d_k + 1) | √dk
√(d+1) | √d+1
1/n | n | 1/n^2 | 1/(2n) | 1/m
1/(2n) | 1/2n | n/2
1/(n+1) | 1/n+1
n² | n2 | 2n | n_2 | 2^n | n³
2^n | n^2 | 2n
x^{n-1} | x^n-1 | x^{n+1}
x^{2y} | x^2y
θ_{t+1} | θ_t+1 | θ_{t-1} | θ_t
v_t | v_{t-1} | vt | v
(log n)^2 | log n^2 | log(n^2)
log(n)^2 | log n^2
log n | ln n | log m | n
log2 n | log10 n | log n
log(a+b) | log a+b | log(a-b)
log p | -log p | log(1-p)
exp(x) | exp(-x) | e^x+1
n! | n | (n-1)!
f'(x) | f(x) | f''(x)
x ≤ y | x < y | x ≥ y | x = y | x ≠ y
x → y | y → x | x ↔ y
x_1 | x_2 | x^1
x ∈ A | x ∉ A
p(x|y) | p(y|x) | p(x,y)
3×3 | 5×5 | 3×5 | 33
16 bits | 8 bits | 32 bits
float16 | bfloat16 | float32 | int16
fp16 | bf16
resnet-50 | resnet-101 | resnet
GPT-2 | GPT-3 | GPT
F1 | F2 | F-beta
ROC | PR | AUC
BLEU | ROUGE
KL divergence | JS divergence | reverse KL divergence
cross-entropy | entropy | binary cross-entropy | cross validation
top-1 | top-5
k-means | k-medoids | k-medians | means | k-means++
k-NN | NN | k-d tree
RMS | RM
EOS | BOS | EO
SOS | SO
Q-learning | learning | deep Q-learning | SARSA
momentum | Nesterov momentum | no momentum
weight decay | weight delay | learning-rate decay
encoder-only | decoder-only
teacher forcing | student forcing
size | sise
precise | precize
prise | prize
variance | covariance | bias
mean | median | mode
mean and variance | mean, variance | mean or variance | variance and mean
correlation | autocorrelation | causation
homoscedastic | heteroscedastic
ascent | descent
causal | casual | non-causal
prior | posterior
likelihood | log-likelihood | negative log-likelihood
gradient | gradient descent | no gradient
vanishing gradients | exploding gradients
with replacement | without replacement
the last layer | the first layer
the one | the two
yes | no
true | false
always | never
a minus b | minus b | a plus b | b
a over b | over b
5% | 5 | 0.5% | 50%
10^6 | 106 | 10^-6 | 10^5
$5 | 5
more | less
few-shot | zero-shot | one-shot
bagging | boosting | stacking
LoRA | QLoRA | DoRA
""")
"""Near misses: none of the typed answers counts as the accepted one, nor the other way round."""
